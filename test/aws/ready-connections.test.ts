import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createExchange } from '#lib/aws/https-exchange.ts';
import { createLeanClient } from '#lib/aws/lean-client.ts';
import { createReadyConnections } from '#lib/aws/ready-connections.ts';
import { loopbackCertificate } from '../support/loopback-certificate.ts';

const ca = loopbackCertificate.cert;
const ample = 5_000;

async function secureServer() {
  const connections: TLSSocket[] = [];
  const server = https.createServer(loopbackCertificate, (_request, response) => response.end('{}'));
  server.on('secureConnection', (socket: TLSSocket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, connections, url: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
}
const readyAndExchange = () => {
  const ready = createReadyConnections({ ca });
  const exchange = createExchange({ ca, ready });
  return {
    ready,
    get: (url: URL) => exchange({ origin: url, path: '/', method: 'GET', headers: {}, body: '' }, ample),
  };
};

describe('connections that are opened before they are needed', () => {
  it('carry the first request to their host, and those after it', async () => {
    const { server, connections, url } = await secureServer();
    const { ready, get } = readyAndExchange();
    ready.open(url);
    await once(server, 'secureConnection');
    for (let count = 0; count < 3; count += 1) expect(await get(url)).toMatchObject({ status: 200, text: '{}' });
    expect(connections).toHaveLength(1);
  });

  it('may be needed before they are there', async () => {
    const { connections, url } = await secureServer();
    const { ready, get } = readyAndExchange();
    ready.open(url);
    expect(await Promise.all([get(url), get(url)])).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(connections).toHaveLength(2);
  });

  it('leave requests to other hosts alone', async () => {
    const [one, other] = [await secureServer(), await secureServer()];
    const { ready, get } = readyAndExchange();
    ready.open(one.url);
    await once(one.server, 'secureConnection');
    expect(await get(other.url)).toMatchObject({ status: 200 });
    expect([one.connections.length, other.connections.length]).toEqual([1, 1]);
  });

  it('cost a second try at most when they have broken meanwhile', async () => {
    const { server, connections, url } = await secureServer();
    const ready = createReadyConnections({ ca });
    const environment = () => ({
      AWS_REGION: 'ap-southeast-1',
      AWS_ACCESS_KEY_ID: 'ID',
      AWS_SECRET_ACCESS_KEY: 'KEY',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: url.href,
    });
    const ask = createLeanClient({ environment, exchange: createExchange({ ca, ready }), random: () => 0 });
    ready.open(url);
    await once(server, 'secureConnection');
    connections[0]?.destroy();
    const answer = await ask({ operation: 'GetSecretValue', input: { SecretId: 'keys' } }, ample);
    expect(answer).toMatchObject({ status: 200, text: '{}' });
    expect(connections).toHaveLength(2);
  });

  it('are given to one alone', async () => {
    const { url } = await secureServer();
    const ready = createReadyConnections({ ca });
    ready.open(url);
    const takers = [1, 2].map(() => ready.take(url.hostname, Number(url.port)));
    expect(takers).toEqual([expect.anything(), undefined]);
    takers[0]?.destroy();
  });

  it('go to the port of HTTPS where an address names none', () => {
    const ready = createReadyConnections({ ca });
    ready.open(new URL('https://127.0.0.1/'));
    const taken = ready.take('127.0.0.1', 443);
    expect(taken).toBeDefined();
    taken?.destroy();
  });

  it('are none where nobody listens, and none without TLS', async () => {
    const { ready, get } = readyAndExchange();
    ready.open(new URL('https://127.0.0.1:9/'));
    ready.open(new URL('http://127.0.0.1:9/'));
    await expect(get(new URL('https://127.0.0.1:9/'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
