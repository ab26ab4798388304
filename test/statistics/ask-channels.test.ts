import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '#lib/errors.ts';
import { classifyFailure } from '#lib/ivm/classify-failure.ts';
import { ivmError } from '#lib/ivm/ivm-error.ts';
import type { Json } from '#lib/json/exact-json.ts';
import { askChannels } from '#lib/statistics/ask-channels.ts';
import type { CountingChannel } from '#lib/statistics/counting-channels.ts';

const channel = (index: number): CountingChannel => ({
  deviceId: `DEVICE${index}`,
  channelId: '0',
  channelName: '',
  camera: `DEVICE${index}#0`,
});
const channels = (count: number) => Array.from({ length: count }, (_, index) => channel(index));
const refusal = (code: string, status = 400) =>
  ivmError('showPeopleStatistics', classifyFailure({ status, code }), { status, code });
const away = () =>
  ivmError('showPeopleStatistics', classifyFailure({ transportCode: 'ETIMEDOUT' }), { code: 'ETIMEDOUT' });

function world() {
  const cached = new Map<number, string>();
  const asked: string[] = [];
  const fails = new Map<string, (call: number) => Error | undefined>();
  const ask = async ({ deviceId }: { deviceId: string }): Promise<Json> => {
    asked.push(deviceId);
    const error = fails.get(deviceId)?.(asked.filter((one) => one === deviceId).length);
    if (error !== undefined) throw error;
    return { in: [1], out: [2n ** 60n] };
  };
  const run = async (list: readonly CountingChannel[], more: { isLastTry?: boolean; chunkSize?: number } = {}) => {
    const results = await Array.fromAsync(
      askChannels(
        list,
        { granularity: 'day', start: '2024-02-29' },
        {
          ask,
          concurrency: 3,
          chunkSize: 10,
          cache: {
            get: async (chunk) => cached.get(chunk),
            put: async (chunk, content) => {
              cached.set(chunk, content);
            },
            clear: async () => cached.clear(),
          },
          remainingMs: () => 900_000,
          isLastTry: false,
          ...more,
        },
      ),
    );
    return results.map(({ channel: { deviceId }, result }) => [deviceId, result] as const);
  };
  return { cached, asked, fails, run };
}

describe('askChannels', () => {
  it('gives an answer for every channel, in their order', async () => {
    const { run } = world();
    const results = await run(channels(25));
    expect(results.map(([deviceId]) => deviceId)).toEqual(channels(25).map(({ deviceId }) => deviceId));
    expect(new Set(results.map(([, result]) => 'answer' in result))).toEqual(new Set([true]));
  });

  it.each([
    ['IVM.20180025', 401, 'unsupported'],
    ['IVM.10020019', 500, 'missing'],
    ['IVM.20020008', 400, 'no-package'],
    ['IVM.20020009', 400, 'no-package'],
    ['IVM.20000035', 400, 'no-package'],
    ['IVM.10020005', 400, 'error'],
  ])('calls a refusal with %s (%i) %s', async (code, status, expected) => {
    const { fails, run, asked } = world();
    fails.set('DEVICE1', () => refusal(code, status));
    expect((await run(channels(3)))[1]).toEqual(['DEVICE1', { failure: { status: expected, reason: code } }]);
    expect(asked).toHaveLength(3);
  });

  it('asks once more where a failure may pass', async () => {
    const { fails, run } = world();
    fails.set('DEVICE1', (call) => (call === 1 ? away() : undefined));
    fails.set('DEVICE2', () => new TransientError('odd-answer', 'IVM answered in a form that is not understood'));
    const results = await run(channels(3));
    expect(results[1]?.[1]).toHaveProperty('answer');
    expect(results[2]?.[1]).toEqual({ failure: { status: 'error', reason: 'odd-answer' } });
  });

  it.each([
    ['the account', () => refusal('IVM.10000006', 401)],
    ['its token', () => new TransientError('token-rejected', 'IVM refuses the token')],
    ['us', () => new TypeError('a bug')],
    ['a setting', () => new PermanentError('insecure', 'no')],
  ])('fails as a whole for what is the matter with %s', async (_title, error) => {
    const { fails, run } = world();
    fails.set('DEVICE1', error);
    await expect(run(channels(3))).rejects.toMatchObject({ message: error().message });
  });

  it('goes on from the chunks that a try before has read, failures included', async () => {
    const { cached, asked, fails, run } = world();
    fails.set('DEVICE3', () => refusal('IVM.20180025', 401));
    const first = await run(channels(25));
    expect(cached.size).toBe(3);
    asked.length = 0;
    expect(await run(channels(25))).toEqual(first);
    expect(asked).toEqual([]);
  });

  it.each<[string, (content: string) => string]>([
    ['is of other channels', (content) => content.replace('DEVICE0#0', 'OTHER#0')],
    ['is of fewer channels', () => '{"results":[]}'],
    ['is cut off', (content) => content.slice(0, 100)],
    ['is of another form', (content) => content.replaceAll('answer', 'reply')],
  ])('reads a chunk anew whose cache %s', async (_title, change) => {
    const { cached, asked, run } = world();
    await run(channels(25));
    asked.length = 0;
    cached.set(0, change(cached.get(0) ?? ''));
    await run(channels(25));
    expect(asked.toSorted()).toEqual(channels(10).map(({ deviceId }) => deviceId));
  });

  it('keeps nothing of a listing that fits into one chunk', async () => {
    const { cached, run } = world();
    await run(channels(10));
    expect(cached.size).toBe(0);
  });
});
