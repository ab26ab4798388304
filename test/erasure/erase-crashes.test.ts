import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { quarantineObjects } from '#lib/callback/quarantine.ts';
import { rawBody, sha256Hex } from '#lib/callback/raw-body.ts';
import { type EraseSubjectDeps, eraseSubject } from '#lib/erasure/erase-subject.ts';
import { createSubject } from '#lib/erasure/subject.ts';
import { type Item, text, textOf } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { storeMessages } from '#lib/intake/store-messages.ts';
import { pictureKeyParts, picturePrefix } from '#lib/pictures/picture-key.ts';
import { memoryMessageStores } from '../support/fakes/memory-message-stores.ts';
import { memoryVersions } from '../support/fakes/memory-versions.ts';

const timeZone = 'Asia/Shanghai';
const settings = { timeZone, retentionDays: 400, facePictures: 'keep' } as const;
const arrival = '2026-02-03T02:00:01.000Z';
const now = () => new Date('2026-02-05T00:00:00.000Z');
const plate = '粤B90817';
const digits = '90817';

const body = (id: number, data: object) =>
  Buffer.from(
    JSON.stringify({
      message_id: `177000000000000000${id}`,
      message_type: 'vehicle_data',
      data: { device_id: 'D1', channel_id: '0', report_time: '2026-02-03T10:00:00+08:00', ...data },
    }),
  );
const seen = body(1, { plate_char: plate, vehicle_url: 'https://pictures.example/v.jpg' });
const large = body(2, { target: { plate_char: plate }, filler: Array.from({ length: 300 }, () => 'x'.repeat(1_000)) });
const other = body(3, { plate_char: '粤B11111', vehicle_url: 'https://pictures.example/w.jpg' });
const waiting = body(4, { plate_char: plate });

const recordOf = (bytes: Buffer) =>
  eventRecord({ receivedAt: arrival, subscription: '-', body: bytes, bodySha256: sha256Hex(bytes) }, settings);

/** Thrown in the place of a step, or after it was done. */
type Crash = { step: number; isDone: boolean };

/** A stack in memory that holds two messages of a plate, one of another, and what comes with them. */
async function world() {
  const stored = memoryMessageStores(now);
  const messages = [seen, large, other].map((bytes, index) => ({
    queueMessageId: String(index),
    receivedAt: arrival,
    subscription: 'vehicle-data',
    body: bytes,
  }));
  await storeMessages({ ...stored.deps, settings }, messages);
  const bucket = memoryVersions();
  const put = (key: string, content: Buffer) => bucket.put(key, content, { contentType: 'x' });
  for (const [key, content] of stored.objects) {
    // A batch that was tried twice leaves two versions.
    await put(key, content);
    await put(key, content);
  }
  for (const bytes of [seen, other]) {
    const record = recordOf(bytes);
    await put(
      `${picturePrefix(pictureKeyParts(record), timeZone)}vehicle.jpg`,
      Buffer.from(`picture of ${record.messageId}`),
    );
  }
  const callback = { reason: 'stale', receivedAt: new Date(arrival), subscription: 'vehicle-data', timeZone } as const;
  for (const { key, content } of quarantineObjects({ ...callback, body: waiting })) await put(key, content);
  const line = {
    received_at: arrival,
    subscription: 'vehicle-data',
    message_id: null,
    message_type: 'vehicle_data',
    body_sha256: sha256Hex(waiting),
    camera: null,
    sk: null,
    ...rawBody(waiting),
  };
  await put(`spill/vehicle-data/${arrival}-0123.json`, Buffer.from(JSON.stringify(line)));
  return { items: stored.items, bucket };
}

function depsOf({ items, bucket }: Awaited<ReturnType<typeof world>>, crash?: Crash) {
  const steps = { count: 0 };
  const step =
    <Args extends unknown[]>(act: (...args: Args) => void | Promise<void>) =>
    async (...args: Args): Promise<void> => {
      const index = steps.count;
      steps.count += 1;
      if (index === crash?.step && !crash.isDone) throw new Error('killed before it');
      await act(...args);
      if (index === crash?.step) throw new Error('killed after it');
    };
  const keyOf = (item: Item) => `${textOf(item['camera'])} ${textOf(item['sk'])}`;
  const deps: EraseSubjectDeps = {
    items: {
      visit: async (visit) => visit([...items.values()]),
      delete: step((keys: readonly { camera: string; sk: string }[]) => {
        for (const { camera, sk } of keys) items.delete(keyOf({ camera: text(camera), sk: text(sk) }));
      }),
    },
    objects: { ...bucket, put: step(bucket.put), remove: step(bucket.remove) },
    settleSpill: step(() => undefined),
    deadLetters: [],
    publishing: {
      objects: {
        put: async () => undefined,
        get: async (key) => bucket.current(key),
        describe: async () => undefined,
        delete: async () => undefined,
        async *keys() {},
      },
      ledger: { begin: async () => 'busy', finish: async () => undefined, release: async () => undefined },
      temporaryDirectory: async () => '',
      now,
    },
    newHolder: () => 'holder',
    forbid: step(() => undefined),
    settle: async () => 0,
    eraseState: async () => 0,
    record: step(() => undefined),
    progress: () => undefined,
    timeZone,
    now,
  };
  return { deps, steps };
}

const subject = () => createSubject({ plate }, 'an-invented-key-of-more-than-32-characters', now(), settings);

/** Everything that is left, readable. */
const contentsOf = ({ items, bucket }: Awaited<ReturnType<typeof world>>): { [place: string]: string } => ({
  ...Object.fromEntries([...items].map(([key, item]) => [key, JSON.stringify(item)])),
  ...Object.fromEntries(
    [...bucket.keys].map(([key, versions]) => [
      key,
      versions.map(({ content }) => (key.endsWith('.gz') ? gunzipSync(content) : content).toString()).join('\n'),
    ]),
  ),
});

const run = async () => {
  const whole = await world();
  const { deps, steps } = depsOf(whole);
  await eraseSubject(deps, subject(), false);
  return { left: contentsOf(whole), count: steps.count };
};

describe('an erasure that is killed', () => {
  it('has many steps, and leaves nothing of the plate but all of the other one', async () => {
    const { left, count } = await run();
    expect(count).toBeGreaterThan(8);
    expect(JSON.stringify(left)).not.toContain(digits);
    expect(JSON.stringify(left)).not.toContain('picture of 1770000000000000001');
    expect(JSON.stringify(left)).toContain('picture of 1770000000000000003');
    expect(JSON.stringify(left)).toContain('粤B11111');
  });

  it('at any step, before it or after it, leaves the same when it is run again', async () => {
    const { left, count } = await run();
    for (let index = 0; index < count; index += 1) {
      for (const isDone of [false, true]) {
        const killed = await world();
        await expect(eraseSubject(depsOf(killed, { step: index, isDone }).deps, subject(), false)).rejects.toThrow(
          'killed',
        );
        await eraseSubject(depsOf(killed).deps, subject(), false);
        expect(contentsOf(killed), `step ${index} ${isDone}`).toEqual(left);
      }
    }
  });

  it('finds an event by its details where the raw archive has forgotten it', async () => {
    const forgotten = await world();
    for (const [key, versions] of forgotten.bucket.keys) {
      if (key.startsWith('raw/')) await forgotten.bucket.remove(versions.map(({ id = '' }) => ({ key, id })));
    }
    const report = await eraseSubject(depsOf(forgotten).deps, subject(), false);
    expect(report).toMatchObject({ events: 2, rawLines: 0, objects: { details: 1 } });
    expect(JSON.stringify(contentsOf(forgotten))).not.toContain(digits);
    expect(JSON.stringify(contentsOf(forgotten))).not.toContain('1770000000000000002');
  });
});
