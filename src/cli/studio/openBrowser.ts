import { spawn } from 'node:child_process';
import { platform } from 'node:os';

/** Asks the system to show an address. Where it cannot, the user has the printed address. */
export function openBrowser(url: string): void {
  const [command, ...args] = commandFor(url);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function commandFor(url: string): [string, ...string[]] {
  switch (platform()) {
    case 'darwin':
      return ['open', url];
    case 'win32':
      // The empty title keeps `start` from taking the address for one.
      return ['cmd', '/c', 'start', '""', url];
    default:
      return ['xdg-open', url];
  }
}
