import { hash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest } from '#lib/aws/http-exchange.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createPictureObjects } from '#lib/aws/picture-objects.ts';
import { TransientError } from '#lib/errors.ts';
import type { PictureObjects } from '#lib/pictures/store-pictures.ts';
import { storesEnvironment } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { type ScriptedAnswer, scriptedServer } from '../support/scripted-server.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const sdk = () => createObjectStore(embedded.bucket, embedded.stores.clients.s3);
const withoutSdk = () =>
  createPictureObjects(embedded.bucket, {
    objects: sdk(),
    environment: () => storesEnvironment(embedded.access, { endpoint: '' }),
  });
const optionsOf = (content: Buffer) => ({
  contentType: 'image/jpeg',
  sha256: hash('sha256', content),
  metadata: { kind: 'plate', 'source-url-host': '192.0.2.1:31012', sha256: hash('sha256', content) },
});

describe.each<[string, () => PictureObjects]>([
  ['with the SDK', sdk],
  ['without the SDK', withoutSdk],
])('pictures put %s', (where, create) => {
  const put = (key: string, content: Buffer) => create().putIfAbsent(key, content, optionsOf(content));

  it.each([200_000, 3_000_000])(
    'come whole where they have %i bytes, with their type and metadata',
    async (sizeBytes) => {
      const key = `pictures/message_type=vehicle_data/device_id=a%2Fb%20c/${where}-${sizeBytes}.jpg`;
      const content = randomBytes(sizeBytes);
      expect(await put(key, content)).toBe('stored');
      expect((await sdk().get(key))?.equals(content)).toBe(true);
      const { contentType, metadata } = optionsOf(content);
      expect(await create().describe(key)).toEqual({ sizeBytes, contentType, metadata });
    },
  );

  it('are never put over what is there, and are put again once that is deleted', async () => {
    const [first, second] = [Buffer.from('first'), Buffer.from('second')];
    const key = `pictures/${where}-once.jpg`;
    expect(await put(key, first)).toBe('stored');
    expect(await put(key, second)).toBe('exists');
    expect(await sdk().get(key)).toEqual(first);
    await create().delete(key);
    expect(await put(key, second)).toBe('stored');
  });

  it('are put once, however many race for a key', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => put(`pictures/${where}-race.jpg`, Buffer.from(String(index)))),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
  });
});

describe('a picture put without the SDK', () => {
  const content = Buffer.from('a picture');
  const putAt = (endpoint: string) =>
    createPictureObjects('bucket', {
      environment: () => ({ ...storesEnvironment(embedded.access, { endpoint: '' }), AWS_ENDPOINT_URL_S3: endpoint }),
      random: () => 0,
    }).putIfAbsent('key', content, optionsOf(content));
  const refusal = (status: number, code: string): ScriptedAnswer => ({
    status,
    body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`),
  });

  it('is signed with its hash, and on the condition that nothing is there', async () => {
    const { endpoint, requests } = await scriptedServer([{}]);
    expect(await putAt(endpoint)).toBe('stored');
    expect(requests).toMatchObject([
      {
        method: 'PUT',
        url: '/bucket/key',
        body: String(content),
        headers: {
          'content-type': 'image/jpeg',
          'if-none-match': '*',
          'x-amz-content-sha256': hash('sha256', content),
          'x-amz-meta-kind': 'plate',
          authorization: expect.stringMatching(
            /SignedHeaders=content-type;host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-meta-kind;/,
          ),
        },
      },
    ]);
  });

  it('is sent again where the trouble passes, and then may be there already', async () => {
    const { endpoint, requests } = await scriptedServer([
      refusal(503, 'SlowDown'),
      'reset',
      refusal(412, 'PreconditionFailed'),
    ]);
    expect(await putAt(endpoint)).toBe('exists');
    expect(requests).toHaveLength(3);
  });

  it.each([
    [409, 'ConditionalRequestConflict'],
    [403, 'AccessDenied'],
    [400, 'XAmzContentSHA256Mismatch'],
  ])('fails for now where S3 says %i', async (status, code) => {
    const { endpoint } = await scriptedServer([refusal(status, code)]);
    await expect(putAt(endpoint)).rejects.toMatchObject({ code, retryable: true });
  });

  it('does not spend all of its time on a connection that has gone dead', async () => {
    const given: number[] = [];
    const exchange = async (_request: HttpRequest, timeoutMs: number) => {
      given.push(timeoutMs);
      if (given.length === 1) throw new TransientError('TimeoutError', 'no whole answer in time');
      return { status: 200, headers: new Map(), text: '' };
    };
    const environment = () => storesEnvironment(embedded.access, { endpoint: '' });
    const objects = createPictureObjects('bucket', { exchange, environment, objects: sdk() });
    expect(await objects.putIfAbsent('key', content, optionsOf(content))).toBe('stored');
    expect(given).toEqual([4_000, 4_000]);
  });
});
