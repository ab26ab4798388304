import { hash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { buffer as bytesOf, text as textOf } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnections } from '#lib/aws/connections.ts';
import { createExchange, type HttpRequest } from '#lib/aws/http-exchange.ts';
import { generatedAnswers } from '../support/generated-answer.ts';
import { loopbackCertificate } from '../support/loopback-certificate.ts';

const ca = loopbackCertificate.cert;
const ample = 5_000;
const yes = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

const requestTo = (origin: URL, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  origin,
  path: '/',
  method: 'POST',
  headers: { host: origin.host },
  body: '',
  ...changes,
});

/** Listens until the test is over; every connection ends with it. */
async function listening(server: Server, protocol = 'http', host = '127.0.0.1') {
  const sockets: Socket[] = [];
  server.on(protocol === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port, address, family } = server.address() as AddressInfo;
  return { sockets, url: new URL(`${protocol}://${family === 'IPv6' ? `[${address}]` : address}:${port}/`) };
}

/** A server without any HTTP of its own: `onRequest` is told of each piece that comes. */
const rawServer = (onRequest: (socket: Socket, come: string) => void) =>
  listening(
    createServer((socket) => {
      socket.on('data', (bytes) => onRequest(socket, bytes.toString('latin1')));
      socket.on('error', () => undefined);
    }),
  );
const secureServer = (listener: http.RequestListener = (_request, response) => response.end('{}')) =>
  listening(https.createServer(loopbackCertificate, listener), 'https');

describe('an exchange', () => {
  it('understands what a server says as the client of Node does, in whatever pieces it comes', async () => {
    let pieces: Buffer[] = [];
    const say = async (socket: Socket) => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise(setImmediate);
      }
      socket.end();
    };
    const { url } = await rawServer((socket) => void say(socket));
    const exchange = createExchange();
    const byNode = async () => {
      const request = http.request({ host: url.hostname, port: url.port, method: 'POST' }).end();
      const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
      return { status: answer.statusCode, text: await textOf(answer), headers: Object.entries(answer.headers) };
    };
    await fc.assert(
      fc.asyncProperty(generatedAnswers, fc.array(fc.nat({ max: 3_000 }), { maxLength: 3 }), async (made, cuts) => {
        const { bytes, status, text } = made;
        const places = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
        pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const answer = await exchange(requestTo(url), ample);
        expect(answer).toMatchObject({ status, text });
        const { headers, ...said } = await byNode();
        expect(answer).toMatchObject(said);
        // Node is silent about some names that have a meaning to it.
        for (const [name, value] of headers) if (name.startsWith('x-')) expect(answer.headers.get(name)).toBe(value);
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['text', '{"a":"日本\u0000"}'],
    ['a long text', 'é'.repeat(500_000)],
    ['bytes', Buffer.from([0, 0xff, 0x0d, 0x0a])],
    ['many bytes', Buffer.alloc(5_600_000, 'picture')],
  ])('sends %s as it is, with or without TLS', async (_what, body) => {
    const tell = async (request: http.IncomingMessage, response: http.ServerResponse) => {
      const sha256 = hash('sha256', await bytesOf(request));
      const { method, url: path, headers } = request;
      response.end(JSON.stringify({ method, path, headers, sha256 }));
    };
    const listener: http.RequestListener = (request, response) => void tell(request, response);
    const servers = [await listening(http.createServer(listener)), await secureServer(listener)];
    const exchange = createExchange(createConnections({ ca }));
    for (const { url } of servers) {
      const headers = { host: url.host, 'content-type': 'text/plain', 'x-empty': '' };
      const { text } = await exchange(requestTo(url, { method: 'PUT', path: '/a%20b', headers, body }), ample);
      expect(JSON.parse(text)).toEqual({
        method: 'PUT',
        path: '/a%20b',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        sha256: hash('sha256', body),
      });
    }
  });

  it('reaches a server by an address of IPv6', async () => {
    const { url } = await listening(
      http.createServer((_request, response) => response.end('{}')),
      'http',
      '::1',
    );
    expect(url.hostname).toBe('[::1]');
    expect(await createExchange()(requestTo(url), ample)).toMatchObject({ status: 200, text: '{}' });
  });

  it.each<[string, Partial<HttpRequest>]>([
    ['a header', { headers: { host: 'a\r\nx-other: 1' } }],
    ['the name of a header', { headers: { 'a: 1\r\nb': '' } }],
    ['a path', { path: '/ HTTP/1.1\r\nx-other: 1\r\n' }],
    ['a header with letters that HTTP has not', { headers: { host: 'é' } }],
  ])('refuses %s that would be read as more than it is, and connects to nobody', async (_what, changes) => {
    const { url, sockets } = await rawServer((socket) => socket.write(yes));
    await expect(createExchange()(requestTo(url, changes), ample)).rejects.toThrow('a header holds what no header may');
    expect(sockets).toEqual([]);
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['nothing at all', (socket) => socket.end(), 'ECONNRESET'],
    ['half a head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'), 'ECONNRESET'],
    ['half a body', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{'), 'ECONNRESET'],
    [
      'half a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{'),
      'ECONNRESET',
    ],
    ['a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['something else', (socket) => socket.end('220 mail.example ESMTP\r\n\r\n'), 'malformed-answer'],
  ])('fails where a server answers %s, and says how', async (_what, answer, code) => {
    const { url, sockets } = await rawServer(answer);
    await expect(createExchange()(requestTo(url), ample)).rejects.toMatchObject({ code, name: 'TransientError' });
    expect(sockets).toHaveLength(1);
  });

  it('fails where nobody listens, and where a server is not what it says', async () => {
    const exchange = createExchange();
    await expect(exchange(requestTo(new URL('https://127.0.0.1:9/')), ample)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(exchange(requestTo((await secureServer()).url), ample)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    const elsewhere = await listening(https.createServer(loopbackCertificate), 'https', '::1');
    const trusting = createExchange(createConnections({ ca }));
    await expect(trusting(requestTo(elsewhere.url), ample)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});

describe('connections', () => {
  it('are used again by requests that follow, and by one at a time', async () => {
    const { sockets, url } = await secureServer();
    const exchange = createExchange(createConnections({ ca }));
    for (let count = 0; count < 3; count += 1) await exchange(requestTo(url), ample);
    expect(sockets).toHaveLength(1);
    await Promise.all([1, 2, 3].map(() => exchange(requestTo(url), ample)));
    expect(sockets).toHaveLength(3);
    await Promise.all([1, 2, 3].map(() => exchange(requestTo(url), ample)));
    expect(sockets).toHaveLength(3);
  });

  it('are used by no other request once it is not sure whose answer comes next', async () => {
    const cut = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}';
    for (const answer of [`${yes}${yes}`, cut, 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}']) {
      const { sockets, url } = await rawServer((socket) => socket.write(answer));
      const exchange = createExchange();
      for (let count = 0; count < 2; count += 1) {
        expect(await exchange(requestTo(url), ample)).toMatchObject({ text: '{}' });
      }
      expect(sockets).toHaveLength(2);
    }
  });

  it('end where an answer comes before the request has gone out whole', async () => {
    const early = 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno';
    let told = false;
    const { sockets, url } = await rawServer((socket) => {
      if (told) return;
      told = true;
      socket.pause();
      socket.write(early);
    });
    const exchange = createExchange();
    const body = Buffer.alloc(20_000_000);
    expect(await exchange(requestTo(url, { body }), ample)).toMatchObject({ status: 403, text: 'no' });
    const [first] = sockets;
    first?.resume();
    await once(first as Socket, 'close');
  });

  it('end where their time is over, and whatever comes then is nobody else’s answer', async () => {
    const asked = Promise.withResolvers<Socket>();
    let requests = 0;
    const { url } = await rawServer((socket) => {
      requests += 1;
      if (requests === 1) asked.resolve(socket);
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecond');
    });
    const exchange = createExchange();
    const late = exchange(requestTo(url), 50);
    const first = await asked.promise;
    await expect(late).rejects.toMatchObject({ code: 'TimeoutError', message: 'no whole answer in time' });
    first.write(yes);
    expect(await exchange(requestTo(url), ample)).toMatchObject({ text: 'second' });
  });

  it('end where a server speaks without having been asked', async () => {
    const { sockets, url } = await rawServer((socket) => socket.write(yes));
    const exchange = createExchange();
    await exchange(requestTo(url), ample);
    const [first] = sockets;
    first?.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
    await once(first as Socket, 'close');
    expect(await exchange(requestTo(url), ample)).toMatchObject({ status: 200, text: '{}' });
    expect(sockets).toHaveLength(2);
  });

  it('that have died unnoticed cost no request its answer, however many of them', async () => {
    let isDead = false;
    const { sockets, url } = await rawServer((socket) => {
      if (isDead && sockets.indexOf(socket) < 4) socket.destroy();
      else socket.write(yes);
    });
    const exchange = createExchange();
    await Promise.all([1, 2, 3, 4].map(() => exchange(requestTo(url), ample)));
    isDead = true;
    expect(await exchange(requestTo(url), ample)).toMatchObject({ text: '{}' });
    expect(sockets).toHaveLength(5);
  });

  it('that die in the middle of an answer are told of, not asked again', async () => {
    let requests = 0;
    const { url } = await rawServer((socket) => {
      requests += 1;
      if (requests === 1) socket.write(yes);
      else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{');
    });
    const exchange = createExchange();
    await exchange(requestTo(url), ample);
    await expect(exchange(requestTo(url), ample)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requests).toBe(2);
  });

  it('take up with a server where the last one left off', async () => {
    const reused: boolean[] = [];
    const { url } = await secureServer((request, response) => {
      reused.push((request.socket as TLSSocket).isSessionReused());
      response.setHeader('connection', 'close').end('{}');
    });
    const exchange = createExchange(createConnections({ ca }));
    for (let count = 0; count < 3; count += 1) await exchange(requestTo(url), ample);
    expect(reused).toEqual([false, true, true]);
  });
});

describe('connections that are opened before they are needed', () => {
  const connectionsAndExchange = () => {
    const connections = createConnections({ ca });
    return { connections, exchange: createExchange(connections) };
  };

  it('carry the first request to their host, and those after it', async () => {
    const { sockets, url } = await secureServer();
    const { connections, exchange } = connectionsAndExchange();
    connections.open(url);
    for (let count = 0; count < 3; count += 1) {
      expect(await exchange(requestTo(url), ample)).toMatchObject({ status: 200, text: '{}' });
    }
    expect(sockets).toHaveLength(1);
  });

  it('leave requests to other hosts alone', async () => {
    const [one, other] = [await secureServer(), await secureServer()];
    const { connections, exchange } = connectionsAndExchange();
    connections.open(one.url);
    expect(await exchange(requestTo(other.url), ample)).toMatchObject({ status: 200 });
    expect(await exchange(requestTo(one.url), ample)).toMatchObject({ status: 200 });
    expect([one.sockets.length, other.sockets.length]).toEqual([1, 1]);
  });

  it('cost no request its answer when they have broken meanwhile', async () => {
    const server = https.createServer(loopbackCertificate, (_request, response) => response.end('{}'));
    const { sockets, url } = await listening(server, 'https');
    const { connections, exchange } = connectionsAndExchange();
    connections.open(url);
    await once(server, 'secureConnection');
    sockets[0]?.destroy();
    expect(await exchange(requestTo(url), ample)).toMatchObject({ status: 200, text: '{}' });
    expect(sockets).toHaveLength(2);
  });

  it('are none where nobody listens', async () => {
    const { connections, exchange } = connectionsAndExchange();
    const url = new URL('https://127.0.0.1:9/');
    connections.open(url);
    await expect(exchange(requestTo(url), ample)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
