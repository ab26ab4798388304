import diagnostics from 'node:diagnostics_channel';
import http from 'node:http';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Resolve } from '#lib/ivm/public-address.ts';
import { png } from '../pictures/picture-parts.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { pictureFetching, token } from './picture-fetching.ts';

const forbidden = { outcome: 'none', reason: 'forbidden-host', isUrlAtFault: true };
const found = { outcome: 'picture', picture: expect.objectContaining({ bytes: png }) };

/** A server on this machine that gives a picture to whoever gets through to it. */
async function pictureServer(headers: { [name: string]: string } = {}) {
  const server = await scriptedServer([{ body: png, headers }]);
  return { ...server, port: new URL(server.endpoint).port };
}

const Connecting = z.object({ connectParams: z.object({ hostname: z.string() }) });

/** The hosts that the HTTP client begins to connect to, until the test ends. */
function connectionsBegun(): string[] {
  const hosts: string[] = [];
  const note = (message: unknown): void => {
    hosts.push(Connecting.parse(message).connectParams.hostname);
  };
  diagnostics.subscribe('undici:client:beforeConnect', note);
  onTestFinished(() => {
    diagnostics.unsubscribe('undici:client:beforeConnect', note);
  });
  return hosts;
}

/** What a client without any judgement gets there. */
const plainStatus = (url: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    http.get(url, { agent: false }, ({ statusCode }) => resolve(statusCode)).on('error', reject);
  });

const answering = (...answers: readonly (readonly string[])[]) => {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, _options, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    process.nextTick(callback, null, found);
  };
  return { asked, resolve };
};

describe('a picture URL that leads to this machine', () => {
  it.each([
    'http://127.0.0.1:PORT/a.png',
    'http://127.0.0.1.:PORT/a.png',
    'http://127.1:PORT/a.png',
    'http://2130706433:PORT/a.png',
    'http://0x7f.1:PORT/a.png',
    'http://0x7f000001:PORT/a.png',
    'http://0177.0.0.1:PORT/a.png',
    'http://017700000001:PORT/a.png',
    'http://127。0。0。1:PORT/a.png',
    'http://①②⑦.0.0.1:PORT/a.png',
    'http://%31%32%37.0.0.1:PORT/a.png',
    'http://0:PORT/a.png',
    'http://0.0.0.0:PORT/a.png',
    'http://[::ffff:127.0.0.1]:PORT/a.png',
    'http://[::ffff:7f00:1]:PORT/a.png',
    'http://localhost:PORT/a.png',
    'http://LocalHost:PORT/a.png',
    'http://ⓛocalhost:PORT/a.png',
    'hTTp:\\\\localhost:PORT\\a.png',
  ])('is not followed, though it works: %s', async (pattern) => {
    const server = await pictureServer();
    const url = pattern.replace('PORT', server.port);
    expect(await plainStatus(new URL(url).href)).toBe(200);

    const { fetch, fetchNamed } = pictureFetching({ configured: [new URL(url).origin] });
    const begun = connectionsBegun();
    expect([await fetch(url), await fetchNamed(url)]).toEqual([forbidden, forbidden]);
    expect(begun).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it.each(['localhost.', 'cam.localhost', 'cam.localhost.'])('is not followed under the name %s', async (name) => {
    const { asked, resolve } = answering(['127.0.0.1']);
    const { fetchNamed } = pictureFetching({ resolve });
    expect(await fetchNamed(`http://${name}/a.png`)).toEqual(forbidden);
    expect(asked).toEqual([]);
  });
});

describe('a picture URL with an address of a private or special network', () => {
  it.each([
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '0xa9fea9fe',
    '0xA9.0xFE.0xA9.0xFE',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::10.0.0.1]',
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::1]',
    '[2001:0:0:0:0:0:80ff:fffe]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[100::1]',
    '[4000::1]',
    '[5f00::1]',
    '[e000::1]',
  ])('is not even tried to connect to: %s', async (host) => {
    const begun = connectionsBegun();
    for (const url of [`http://${host}/a.png`, `https://${host}:8443/latest/meta-data/`]) {
      const { fetch, fetchNamed } = pictureFetching({ configured: [new URL(url).origin] });
      expect([await fetch(url), await fetchNamed(url)]).toEqual([forbidden, forbidden]);
    }
    expect(begun).toEqual([]);
  });

  it('is refused for every IPv6 address outside of what is handed out for the internet', async () => {
    const { http } = pictureFetching();
    const begun = connectionsBegun();
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        groups.filter(([first = 0]) => first >>> 13 !== 1),
        async (address) => {
          const url = new URL(`http://[${address.map((group) => group.toString(16)).join(':')}]/a.png`);
          await expect(http.download(url, { maxBytes: 1, timeoutMs: 1_000 })).rejects.toMatchObject({
            code: 'private-address',
          });
        },
      ),
      { seed: 1, numRuns: 500 },
    );
    expect(begun).toEqual([]);
  });
});

describe('a picture URL with a name', () => {
  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['fd00:ec2::254']],
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
    [['2606:4700::1111', 'fe80::1']],
  ])('is not connected to where the name leads to %j', async (addresses) => {
    const server = await pictureServer();
    const { asked, resolve } = answering(addresses);
    const { fetchNamed } = pictureFetching({ resolve });
    expect(await fetchNamed(`http://pictures.example:${server.port}/a.png`)).toEqual(forbidden);
    expect(asked).toEqual(['pictures.example']);
    expect(server.requests).toEqual([]);
  });

  it('is connected to at the very address that was judged, of a name that resolves otherwise a moment later', async () => {
    const server = await pictureServer({ connection: 'close' });
    // This machine stands for the internet here, as nothing of the internet is to be asked by a test.
    const { asked, resolve } = answering(['127.0.0.1'], ['10.0.0.1']);
    const { fetchNamed } = pictureFetching({ endpoint: 'http://127.0.0.1:9', allowLoopback: true, resolve });
    const url = `http://pictures.example:${server.port}/a.png`;
    expect(await fetchNamed(url)).toEqual(found);
    expect(asked).toHaveLength(1);
    expect(await fetchNamed(url)).toEqual(forbidden);
    expect(asked).toHaveLength(2);
    expect(server.requests).toHaveLength(1);
  });

  it('comes again where the name has no address now', async () => {
    const { resolve } = answering([]);
    await expect(pictureFetching({ resolve }).fetchNamed('http://pictures.example/a.png')).rejects.toMatchObject({
      code: 'ENOTFOUND',
      retryable: true,
    });
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('with status %d leads nowhere, from the API or from elsewhere', async (status) => {
    const target = await pictureServer();
    const toTarget = { location: `${target.endpoint}/a.png`, refresh: `0; url=${target.endpoint}/a.png` };
    const api = await scriptedServer([{ status, body: Buffer.alloc(0), headers: toTarget }]);
    const other = await scriptedServer([{ status, body: Buffer.alloc(0), headers: toTarget }]);
    const { fetchNamed } = pictureFetching({ endpoint: api.endpoint, allowLoopback: true });
    for (const { endpoint } of [api, other]) {
      expect(await fetchNamed(`${endpoint}/a.png`)).toEqual({ outcome: 'none', reason: 'gone', isUrlAtFault: true });
    }
    expect([api.requests.length, other.requests.length]).toEqual([1, 1]);
    expect(target.requests).toEqual([]);
  });
});

describe('the access token', () => {
  const tokensOf = (server: { requests: readonly { headers: http.IncomingHttpHeaders }[] }) =>
    server.requests.map(({ headers }) => headers['access-token']);

  it.each([
    ['http://127.0.0.1:API/a.png', [token]],
    ['HTTP://0x7F.1:API/a.png', [token]],
    // The same machine, but not the origin that is configured.
    ['http://localhost:API/a.png', [undefined]],
  ])('goes with %s as it should', async (pattern, tokens) => {
    const api = await pictureServer();
    const { fetchNamed } = pictureFetching({ endpoint: api.endpoint, allowLoopback: true });
    expect(await fetchNamed(pattern.replace('API', api.port))).toEqual(found);
    expect(tokensOf(api)).toEqual(tokens);
  });

  it.each([
    'http://127.0.0.1:OTHER/127.0.0.1:API/a.png',
    'http://127.0.0.1:OTHER/?http://127.0.0.1:API/a.png',
    'http://127.0.0.1:OTHER/#@127.0.0.1:API/a.png',
    'http://127.0.0.1:API@127.0.0.1:OTHER/a.png',
    'http://user:secret@127.0.0.1:OTHER/a.png',
    'http:\\\\127.0.0.1:OTHER\\@127.0.0.1:API/a.png',
    'http://localhost:OTHER/a.png',
    'http://pictures.example:OTHER/a.png',
  ])('never goes with %s, nor does anything else that names us', async (pattern) => {
    const api = await pictureServer();
    const other = await pictureServer();
    const { resolve } = answering(['127.0.0.1']);
    const { ivm } = pictureFetching({ endpoint: api.endpoint, allowLoopback: true, resolve });
    const url = new URL(pattern.replace('API', api.port).replace('OTHER', other.port));
    // Below the judgement of origins, which would not let most of these through.
    expect(await ivm.downloadPicture(url, { maxBytes: 1_000, timeoutMs: 5_000 })).toEqual(png);
    expect(api.requests).toEqual([]);
    expect(other.requests.map(({ headers }) => Object.keys(headers).toSorted())).toEqual([['connection', 'host']]);
  });

  it('stays here where another host asks for one', async () => {
    const api = await pictureServer();
    const refusal = { status: 401, body: { error_code: 'IVM.10000001' } };
    const other = await scriptedServer([refusal]);
    const { fetchNamed } = pictureFetching({ endpoint: api.endpoint, allowLoopback: true });
    await expect(fetchNamed(`${other.endpoint}/a.png`)).rejects.toMatchObject({ retryable: true });
    expect(tokensOf(other)).toEqual([undefined]);
  });
});

describe('the judgement of origins', () => {
  const options = { configured: ['pics.example', 'bücher.example', 'http://192.0.2.1:31012'] };

  it.each([
    ['https://api-ivm.example/a.png', 'https://api-ivm.example/a.png'],
    ['http://api-ivm.example/a.png', 'https://api-ivm.example/a.png'],
    ['HTTPS://API-IVM.Example:443/a.png', 'https://api-ivm.example/a.png'],
    ['https://ａｐｉ-ivm.example/a.png', 'https://api-ivm.example/a.png'],
    ['https:\\\\api-ivm.example\\a.png', 'https://api-ivm.example/a.png'],
    ['https://xn--bcher-kva.example/a.png', 'https://xn--bcher-kva.example/a.png'],
    ['https://BÜCHER.example/a.png', 'https://xn--bcher-kva.example/a.png'],
    ['https://api-ivm.example./a.png', 'forbidden-host'],
    ['https://xn--pi-ivm-6fg.example/a.png', 'forbidden-host'],
    ['https://аpi-ivm.example/a.png', 'forbidden-host'],
    ['https://api-ivm.example.evil.example/a.png', 'forbidden-host'],
    ['https://evil-api-ivm.example/a.png', 'forbidden-host'],
    ['https://evil.example#@api-ivm.example/a.png', 'forbidden-host'],
    ['https://evil.example\\@api-ivm.example/a.png', 'forbidden-host'],
    ['https://evil.example/?https://api-ivm.example/a.png', 'forbidden-host'],
    ['https://api-ivm.example@evil.example/a.png', 'forbidden-host'],
    ['https://@evil.example:443/a.png', 'forbidden-host'],
    ['https://user:secret@api-ivm.example/a.png', 'forbidden-host'],
    ['https://:secret@pics.example/a.png', 'forbidden-host'],
    ['https://api-ivm.example:8443/a.png', 'forbidden-host'],
    ['http://api-ivm.example:443/a.png', 'forbidden-host'],
    ['http://api-ivm.example:8080/a.png', 'forbidden-host'],
    ['http://pics.example/a.png', 'forbidden-host'],
    ['https://pics.example:22/a.png', 'forbidden-host'],
    ['https://192.0.2.1:31012/a.png', 'forbidden-host'],
    ['//api-ivm.example/a.png', 'forbidden-host'],
    ['/a.png', 'forbidden-host'],
    ['file:///etc/passwd', 'forbidden-host'],
    ['file://api-ivm.example/etc/passwd', 'forbidden-host'],
    ['data:image/png;base64,iVBORw0KGgo=', 'forbidden-host'],
    ['blob:https://api-ivm.example/0f5c2a1e', 'forbidden-host'],
    ['ftp://api-ivm.example/a.png', 'forbidden-host'],
    ['gopher://api-ivm.example:443/_GET', 'forbidden-host'],
    ['ws://api-ivm.example/a.png', 'forbidden-host'],
    ['javascript:fetch("https://api-ivm.example")', 'forbidden-host'],
  ])('of %s: %s', async (url, expected) => {
    expect(String(await pictureFetching(options).origins.judge(url, false))).toBe(expected);
  });

  it('lets none but known origins through, whatever the text', async () => {
    const { origins } = pictureFetching(options);
    const known = new Set([
      'https://api-ivm.example',
      'https://pics.example',
      'https://xn--bcher-kva.example',
      'http://192.0.2.1:31012',
    ]);
    const piece = fc.oneof(
      fc.constantFrom('https:', 'http:', '//', '/', '\\', '@', ':', '#', '?', '.', '%2f', '\t', '[::1]', '8443', '443'),
      fc.constantFrom('api-ivm.example', 'pics.example', 'evil.example', 'localhost', '127.0.0.1', '192.0.2.1:31012'),
      fc.string({ maxLength: 3 }),
    );
    const text = fc
      .tuple(fc.constantFrom('https://', 'http://', ''), fc.array(piece, { maxLength: 6 }))
      .map(([scheme, pieces]) => scheme + pieces.join(''));
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.webUrl()), async (url) => {
        const judged = await origins.judge(url, false);
        if (judged === 'forbidden-host') return;
        allowed += 1;
        expect(known).toContain(judged.origin);
        expect([judged.username, judged.password]).toEqual(['', '']);
      }),
      { seed: 1, numRuns: 5_000 },
    );
    expect(allowed).toBeGreaterThan(50);
  });
});
