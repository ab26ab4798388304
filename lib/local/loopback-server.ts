import type { Server } from 'node:http';
import { ConfigError } from '#lib/errors.ts';

/**
 * Makes a server listen on 127.0.0.1 and nowhere else.
 *
 * @param port 0 for any free one
 * @returns the port
 * @throws ConfigError `port-taken` or `port-forbidden`
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(portError(error, port));
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(
      'port-taken',
      `Port ${port} is taken: choose another one with --port, or 0 for any free one`,
    );
  }
  if (error.code === 'EACCES') {
    return new ConfigError('port-forbidden', `Port ${port} needs more rights than you have: choose one above 1023`);
  }
  return error;
}

const closingMs = 10_000;

/** Stops listening and lets requests under way end, but no longer than they may take: some are never sent to their end. */
export async function closeServer(server: Server, graceMs = closingMs): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(grace);
}
