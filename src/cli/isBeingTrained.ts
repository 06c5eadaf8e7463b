import type { RunStatus } from '../train/node.ts';

/** Milliseconds after which a status of a living process is no longer believed. */
const STALE_AFTER = 10 * 60_000;

/** Whether a process is training a run at this moment, by what the run's status says of it. */
export const isBeingTrained = ({ state, pid, updated }: RunStatus): boolean =>
  (state === 'running' || state === 'paused') &&
  isAlive(pid) &&
  Date.now() - Date.parse(updated) <= STALE_AFTER;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
