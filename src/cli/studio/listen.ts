import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { systemCode } from '../../base/node.ts';

export const DEFAULT_PORT = 4810;
/** Ports tried after the usual one. */
const OTHERS = 20;

/**
 * Lets a server listen on this machine alone.
 * @param port the one asked for; undefined for the usual one, or the next that is free
 * @returns the port
 * @throws UsageError when the port asked for is taken or not allowed, GansmithError when none is free
 */
export async function listenLocally(server: Server, port: number | undefined): Promise<number> {
  const last = port ?? DEFAULT_PORT + OTHERS;
  for (let tried = port ?? DEFAULT_PORT; tried <= last; tried++) {
    try {
      return await listen(server, tried);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EACCES') {
        throw new UsageError(`--port ${tried}: this system does not let you use it; choose one from 1024 up`);
      }
      if (code !== 'EADDRINUSE') throw error;
      if (port !== undefined) {
        throw new UsageError(
          `--port ${port} is taken by another program, or another studio; leave out --port to get the next free one`,
        );
      }
    }
  }
  throw new GansmithError(
    `the ports ${DEFAULT_PORT} to ${last} are all taken; end another studio, or choose one with --port`,
  );
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
