import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createErasures } from '#lib/aws/erasures.ts';
import { startFunction } from '#lib/local/function-worker.ts';
import type { SecretsServer } from '#lib/local/secrets-server.ts';
import { createErasureCheck } from '#lib/privacy/erasures.ts';
import { keyedHash } from '#lib/privacy/privacy-key.ts';
import { startEmbeddedSecrets, storesEnvironment } from '../support/embedded-secrets.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { placesOf, readAll } from '../support/store-contents.ts';

const key = 'an-invented-key-of-more-than-32-characters';
const marks = {
  plate: '粤B90817',
  feature: 'RkVBVFVSRQ==',
  card: 'd41d8cd98f00b204e9800998ecf8427e',
  gone: 'DEVICE-GONE',
};

let embedded: EmbeddedStores;
let secrets: SecretsServer;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
  secrets = await startEmbeddedSecrets();
  secrets.write('privacy-key', JSON.stringify({ key }));
});
afterAll(async () => {
  await secrets.close();
  await embedded.stop();
});

/** The function as it runs on Lambda, for a tenant who wants as little as possible kept of persons. */
function storeIntelligence() {
  const environment = {
    STACK: 'ivm-bridge-local-test',
    STAGE: 'test',
    LOG_LEVEL: 'debug',
    TIME_ZONE: 'Asia/Shanghai',
    BUCKET: embedded.bucket,
    EVENTS_TABLE: embedded.tables.events,
    STATE_TABLE: embedded.tables.state,
    PICTURES_QUEUE_URL: embedded.queueUrl('pictures'),
    SOURCE_QUEUE_URLS: embedded.queueUrl('intelligence'),
    DEAD_LETTER_QUEUE_URLS: embedded.queueUrl('intelligence-dead'),
    EVENT_RETENTION_DAYS: '365',
    FACE_FEATURES: 'drop',
    PLATES: 'hashed',
    FACE_PICTURES: 'skip',
    PRIVACY_KEY_SECRET_ID: 'privacy-key',
    ...storesEnvironment(embedded.access, secrets),
  };
  return startFunction({ name: 'store-intelligence', timeoutMs: 30_000, memoryMb: 1024 }, environment, {
    moduleUrl: new URL('../../functions/store-intelligence.ts', import.meta.url),
    onOutput: () => undefined,
  });
}

const record = (id: number, messageType: string, data: object) => ({
  messageId: `queue-${id}`,
  receiptHandle: `receipt-${id}`,
  body: JSON.stringify({
    message_id: `177000000000000000${id}`,
    message_type: messageType,
    data: { device_id: 'DEVICE', channel_id: '0', report_time: '2026-02-03T10:00:00+08:00', ...data },
  }),
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1770084000000' },
  messageAttributes: { received_at: { dataType: 'String', stringValue: '2026-02-03T02:00:00.000Z' } },
  eventSource: 'aws:sqs',
  eventSourceARN: embedded.queueArn('intelligence'),
  awsRegion: 'us-east-1',
});

describe('a store function of a tenant who wants little kept', () => {
  it('leaves nothing in any store of what is not wanted, and fetches no faces', async () => {
    await createErasures(embedded.tables.state, async () => key, embedded.stores.clients.dynamodb).put({
      device: keyedHash(key, 'device', marks.gone),
      before: '2026-03-01T00:00:00.000Z',
    });
    const one = storeIntelligence();
    onTestFinished(() => one.stop());
    const answer = (await one.invoke({
      Records: [
        record(1, 'vehicle_data', { plate_char: marks.plate, vehicle_url: 'https://pictures.example/vehicle.jpg' }),
        record(2, 'target_data', {
          target: {
            target_cap_feature: marks.feature,
            id_cardmd5: marks.card,
            human_pic: 'https://pictures.example/body.jpg',
          },
          panorama_url: 'https://pictures.example/panorama.jpg',
        }),
        record(3, 'third_data', { device_id: marks.gone }),
      ],
    })) as SQSBatchResponse;
    expect(answer.batchItemFailures).toEqual([]);

    const all = await readAll(embedded, ['pictures', 'intelligence-dead']);
    for (const mark of Object.values(marks)) expect(placesOf(all, mark), mark).toEqual([]);
    for (const id of [1, 2]) {
      const kept = placesOf(all, `177000000000000000${id}`).map((place) => place.split(/[ /]/)[0]);
      expect(new Set(kept)).toEqual(new Set(['s3', 'events', 'pictures']));
    }
    expect(placesOf(all, keyedHash(key, 'plate', marks.plate)).map((place) => place.split(' ')[0])).toEqual(
      expect.arrayContaining(['s3', 'events']),
    );
    expect(placesOf(all, 'pictures_skipped')).toHaveLength(1);
    expect(placesOf(all, '"kind":"body"')).toEqual([]);
    expect(placesOf(all, '"kind":"panorama"')).toHaveLength(1);
  });

  it('reads the tombstones that a stack has as they were written', async () => {
    const erasures = createErasures(embedded.tables.state, async () => key, embedded.stores.clients.dynamodb);
    const [stored, made] = [
      await erasures.readCheck(),
      createErasureCheck([{ device: keyedHash(key, 'device', marks.gone), before: '2026-03-01T00:00:00.000Z' }], key),
    ];
    for (const occurredAt of ['2026-02-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z']) {
      for (const deviceId of [marks.gone, 'DEVICE']) {
        const event = { occurredAt, isTimeKnown: true, deviceId, data: undefined };
        expect(stored(event)).toBe(made(event));
      }
    }
  });
});
