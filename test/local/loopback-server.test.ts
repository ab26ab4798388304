import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect, it } from 'vitest';
import { closeServer, listenOnLoopback } from '#lib/local/loopback-server.ts';

it('a server closes although somebody never ends a request', async () => {
  const server = http.createServer();
  const socket = net.connect(await listenOnLoopback(server, 0), '127.0.0.1');
  socket.write('POST /callbacks/device-alarm HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"message');
  await once(server, 'request');
  const hungUp = once(socket, 'close');
  await closeServer(server, 10);
  await hungUp;
  expect(server.listening).toBe(false);
});
