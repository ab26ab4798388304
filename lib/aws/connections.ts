import { isIP, type OnReadOpts, connect as openPlain, type Socket } from 'node:net';
import { connect as openSecure } from 'node:tls';

/** Where requests go, in parts as a URL has them. */
export type Origin = Readonly<Pick<URL, 'protocol' | 'hostname' | 'port' | 'host'>>;

/** A connection in the hands of somebody who sends one request over it. */
export type Connection = {
  /**
   * Whether it was there before it was needed. Such a one may have died while nobody looked, as while an environment of
   * Lambda was frozen.
   */
  readonly isOld: boolean;
  /** Text goes out in one piece with the head before it, which costs less. */
  send(head: string, body: string | Uint8Array, user: ConnectionUser): void;
  /** Gives it back for further requests. */
  keep(): void;
  /** Hangs up; its user hears no more of it. */
  close(): void;
};

export type ConnectionUser = {
  /** Bytes that have come; they are there until this returns. */
  onBytes(bytes: Buffer): void;
  /** The connection has ended, in order or by an error; nothing follows. */
  onEnd(error: Error | undefined): void;
};

export type Connections = {
  /** Begins to connect before somebody needs it. A failure shows when it is needed. */
  open(origin: Origin): void;
  /** Of the connections that nobody uses the one that was used last, else a new one. */
  take(origin: Origin): Connection;
};

export type ConnectionSettings = {
  /** Certificates of authorities, in place of those that Node trusts. */
  ca?: string;
};

/** No record of TLS is longer. */
const pieceBytes = 16_384;
/** How long nothing may come before the system asks whether the other end is still there. */
const probeAfterMs = 1_000;

/**
 * Keeps connections to HTTP servers: over TLS, or without to the stores on this machine. The agents of Node do as much and
 * more, but with the requests that go over them take three times as much for each.
 */
export function createConnections({ ca }: ConnectionSettings = {}): Connections {
  /** By origin, the one used last at the end. */
  const unused = new Map<string, OpenConnection[]>();
  /** By which TLS takes up with a server where it left off, without another look at its certificate. */
  const sessions = new Map<string, Buffer>();

  function connectTo(origin: Origin): OpenConnection {
    const name = nameOf(origin);
    const socketFor = (onread: OnReadOpts): Socket => {
      const { protocol, port } = origin;
      const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
      if (protocol !== 'https:') return openPlain({ host, port: Number(port || 80), onread });
      const secure = {
        host,
        port: Number(port || 443),
        // An address is no name that a server could be asked for.
        servername: isIP(host) === 0 ? host : '',
        ALPNProtocols: ['http/1.1'],
        session: sessions.get(name),
        ca,
        onread,
      };
      return openSecure(secure)
        .on('session', (session) => sessions.set(name, session))
        .on('error', () => sessions.delete(name));
    };
    const ofOrigin = unused.get(name) ?? [];
    unused.set(name, ofOrigin);
    return createConnection(socketFor, ofOrigin);
  }

  return {
    open: (origin) => connectTo(origin).keep(),
    take: (origin) => unused.get(nameOf(origin))?.pop()?.reuse() ?? connectTo(origin),
  };
}

const nameOf = ({ protocol, host }: Origin): string => `${protocol}//${host}`;

type OpenConnection = Connection & { reuse(): Connection };

/** @param unused where the connection stands while nobody uses it; one that has ended stands there no more */
function createConnection(socketFor: (onread: OnReadOpts) => Socket, unused: OpenConnection[]): OpenConnection {
  let user: ConnectionUser | undefined;
  let failure: Error | undefined;
  let isOld = false;
  const piece = Buffer.allocUnsafe(pieceBytes);
  // Into a buffer of ours: through a stream, each exchange would take a sixth more.
  const socket = socketFor({
    buffer: piece,
    callback: (size) => {
      // Nobody has asked for anything: as a server does that is about to hang up.
      if (user === undefined) socket.destroy();
      else user.onBytes(piece.subarray(0, size));
      return true;
    },
  });
  socket.setNoDelay().setKeepAlive(true, probeAfterMs);
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => {
    const at = unused.indexOf(connection);
    if (at !== -1) unused.splice(at, 1);
    user?.onEnd(failure);
  });

  const connection: OpenConnection = {
    get isOld() {
      return isOld;
    },
    send: (head, body, newUser) => {
      user = newUser;
      if (typeof body === 'string') {
        socket.write(head + body);
        return;
      }
      socket.write(head);
      socket.write(body);
    },
    keep: () => {
      user = undefined;
      isOld = true;
      // What was answered before it had gone out whole would follow, and be taken for the next request.
      if (!socket.writable || socket.writableLength > 0) {
        socket.destroy();
        return;
      }
      // It does not keep a process that has nothing else to do.
      socket.unref();
      unused.push(connection);
    },
    reuse: () => {
      socket.ref();
      return connection;
    },
    close: () => {
      user = undefined;
      socket.destroy();
    },
  };
  return connection;
}
