import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

/** Connections that are opened before somebody needs them, each for the first request to its host. */
export type ReadyConnections = {
  /**
   * Begins to connect, where that takes more than a moment: over TLS. Whether it fails shows when the connection is needed:
   * one that is closed by then is none.
   */
  open(url: URL): void;
  /** A connection to a host, to be used by whoever has taken it. */
  take(host: string, port: number): TLSSocket | undefined;
};

const defaultPort = 443;

export function createReadyConnections(tls: { ca?: string } = {}): ReadyConnections {
  const opened = new Map<string, TLSSocket>();
  return {
    open: ({ protocol, hostname, port }) => {
      if (protocol !== 'https:') return;
      const to = { host: hostname, port: Number(port || defaultPort) };
      const name = nameOf(to.host, to.port);
      // As the agent of requests does.
      const servername = isIP(hostname) === 0 ? hostname : '';
      const socket = connect({ ...to, ...tls, servername, ALPNProtocols: ['http/1.1'] }).setNoDelay();
      socket.on('error', () => socket.destroy());
      opened.set(name, socket);
    },
    take: (host, port) => {
      const name = nameOf(host, port);
      const socket = opened.get(name);
      opened.delete(name);
      return socket?.destroyed === true ? undefined : socket;
    },
  };
}

const nameOf = (host: string, port: number): string => `${host}:${port}`;
