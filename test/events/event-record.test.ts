import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { textOf } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { attributeText } from '../support/attribute-json.ts';
import { exampleMessage, exampleMessages } from '../support/fixtures.ts';

const receivedAt = '2026-01-01T00:00:00.000Z';

function record(body: string | Buffer, timeZone = 'Asia/Shanghai') {
  const bytes = Buffer.from(body);
  return eventRecord(
    { receivedAt, subscription: 'device-alarm', body: bytes, bodySha256: sha256Hex(bytes) },
    { timeZone, retentionDays: 30, facePictures: 'keep' },
  );
}
const listOf = (attribute: unknown) =>
  JSON.parse(attributeText(attribute as Parameters<typeof attributeText>[0])) as string[];

/** Data as the item should hold it: all as sent, but for what is left out on purpose. */
const withoutLongStrings = (text: string) =>
  text.replaceAll(/"(?:[^"\\]|\\.){1000,}"/g, (string) => `{"omitted":"${string.length - 2}"}`);

describe('eventRecord', () => {
  it.each(exampleMessages)('keeps the data of $name digit by digit', ({ text }) => {
    const { event } = record(text);
    const data = stringifyExact((parseExact(text) as { data: ReturnType<typeof parseExact> }).data);
    expect(attributeText(event['data'])).toBe(withoutLongStrings(data));
    expect(textOf(event['message_id'])).toBe(/"message_id":\s*(\d+)/.exec(text)?.[1]);
  });

  it('keys an alarm by camera, own time, id and body', () => {
    const { text } = exampleMessage('device_alarm-mask_alarm');
    const { camera, sk, event } = record(text);
    expect(camera).toBe('219123456CYP***#0');
    expect(sk).toBe(`2023-02-10T09:37:30.000Z#1676021851965927899#${sha256Hex(Buffer.from(text)).slice(0, 8)}`);
    expect(event).toMatchObject({
      occurred_at_source: { S: 'event_time' },
      alarm_type: { S: 'mask_alarm' },
      classification: { S: 'TARGET_DET' },
      reference: { S: '219123456CYP***_0_mask_alarm_20230210173730_148' },
      day: { S: 'device_alarm#2023-02-10' },
      expires_at: { N: String(Date.UTC(2026, 0, 31) / 1000) },
    });
  });

  it('takes the time of an unbinding from its id, and of nothing at all the epoch, never the arrival', () => {
    const unbound = record(exampleMessage('device_unbind-UNBIND_MANAGE').text);
    expect(unbound.event).toMatchObject({
      occurred_at: { S: '2023-02-17T08:58:54.098Z' },
      occurred_at_source: { S: 'message_id' },
    });
    const bare = record('{"message_type":"device_unbind"}');
    expect(bare.event).toMatchObject({
      occurred_at: { S: '1970-01-01T00:00:00.000Z' },
      occurred_at_source: { S: 'none' },
    });
    expect(bare.camera).toBe('-#-');
    expect(bare.sk).toMatch(/^1970-01-01T00:00:00\.000Z#h[0-9a-f]{18}#[0-9a-f]{8}$/);
  });

  it('gives two events for one id with two bodies', () => {
    const one = record(exampleMessage('vehicle_data-8-non-motor-vehicle').text);
    const two = record(exampleMessage('vehicle_data-53-target-on-non-motor-vehicle').text);
    expect(one.messageId).toBe(two.messageId);
    expect(one.sk).not.toBe(two.sk);
  });

  it('makes the targets of a checkpoint message items of their own, with their plate in the index', () => {
    const { sk, children, event, pictures } = record(exampleMessage('micro_checkpoint_data-51-micro-checkpoint').text);
    expect(children).toHaveLength(1);
    expect(children[0]).toMatchObject({
      camera: { S: '219123456CYP***#0' },
      sk: { S: `${sk}#target#0` },
      plate_char: { S: '浙A306B1' },
      plate_prefix: { S: '浙A' },
      plate_time: { S: '浙A306B1#2023-02-20T05:51:57.000Z' },
      reference: { S: '167687231972200300350000kcxdq130' },
    });
    expect(event['plate_prefix']).toBeUndefined();
    expect(pictures.map(({ wanted }) => wanted.kind).toSorted()).toEqual(['panorama', 'plate', 'vehicle']);
  });

  it('makes every channel of a device status an item in its own partition', () => {
    const { children } = record(exampleMessage('device_status-channel_state_notice').text);
    expect(children.map(({ camera, sk }) => [textOf(camera), textOf(sk)?.split('#').slice(-2).join('#')])).toEqual([
      ['219123456CYP****#14', 'device#0'],
    ]);
  });

  it('lists fields that the reference does not know and fields of another type, and keeps both', () => {
    const { event } = record(
      '{"message_type":"device_alarm","extra":1,"message_id":"7","data":{"device_id":"D","new_field":{"x":2},"alarm_type":{"odd":true}}}',
    );
    expect(listOf(event['unknown_fields'])).toEqual(['extra', 'data.new_field']);
    expect(listOf(event['problems'])).toEqual([expect.stringContaining('data.alarm_type')]);
    expect(attributeText(event['data'])).toBe('{"device_id":"D","new_field":{"x":2},"alarm_type":{"odd":true}}');
  });

  it('decodes the binary of third-party data beside the untouched original', () => {
    const tlv = 'TUVUQQAAAAABAAAgEAAAAGJlaGF2aW9yQW5hbHlzZQACAAAgBQAAAElUR1QABwAACQgAAABAAAAAAAAAAGEA';
    const { event } = record(`{"message_type":"third_data","message_id":1,"data":{"tlv_data":"${tlv}"}}`);
    expect(attributeText(event['data'])).toBe(`{"tlv_data":"${tlv}"}`);
    expect(attributeText(event['meta'])).toContain('behaviorAnalyse');
  });

  it('puts data that is too large or too deep beside the item', () => {
    const deep = `${'['.repeat(60)}1${']'.repeat(60)}`;
    const body = `{"message_type":"vehicle_data","message_id":1676253459558286045,"data":{"device_id":"D","x":${deep}}}`;
    const { event, details } = record(body);
    expect(details).toEqual({
      key: expect.stringMatching(/^details\/message_type=vehicle_data\/date=2023-02-13\/D--.*\.json\.gz$/),
      json: body,
    });
    expect(event).toMatchObject({
      details_key: { S: details?.key },
      data: { M: { omitted: { S: String(body.length) } } },
    });
  });

  it('bounds the number of children that a sender can make', () => {
    const targets = Array.from({ length: 20_000 }, () => '{}').join(',');
    const { children, event } = record(
      `{"message_type":"micro_checkpoint_data","message_id":1,"data":{"data":{"targets":[${targets}]}}}`,
    );
    expect(children).toHaveLength(1000);
    expect(listOf(event['problems'])).toContain('children: only the first 1000 have items of their own');
  });

  it('reads a text with bare control characters all the same, and says so', () => {
    const body = '{"message_id":1,\n\t"message_type":"device_alarm","data":{"device_id":"a\u0000b\nc\\"\u001fd"}}';
    const { event } = record(body);
    expect(attributeText(event['data'])).toBe('{"device_id":"a\\u0000b\\nc\\"\\u001fd"}');
    expect(listOf(event['problems'])).toContain('body: control characters stood in texts unescaped');
  });

  it('reads what it can of a text that is no UTF-8, and says so', () => {
    const body = Buffer.concat([
      Buffer.from('{"message_type":"device_alarm","data":{"device_id":"a'),
      Buffer.from([0xff]),
      Buffer.from('"}}'),
    ]);
    expect(listOf(record(body).event['problems'])).toContain(
      'body: not valid UTF-8; what could not be read was replaced',
    );
  });

  it.each([
    ['text', 'hello', 'not-json'],
    ['JSON that is damaged below the top level', '{"message_type":"device_alarm","data":{oops}}', 'not-json'],
    ['an unknown type', '{"message_type":"new_data"}', 'unknown-message-type'],
    ['no type', '{}', 'unknown-message-type'],
  ])('refuses %s for good', (_title, body, code) => {
    expect(() => record(body)).toThrow(expect.objectContaining({ code, retryable: false }));
  });

  it('never fails for what a field holds, and gives the same keys each time', () => {
    const types = fc.constantFrom(...new Set(exampleMessages.map(({ messageType }) => messageType)));
    fc.assert(
      fc.property(types, fc.jsonValue(), fc.jsonValue(), (messageType, id, data) => {
        const body = JSON.stringify({ message_type: messageType, message_id: id, data });
        const first = record(body);
        const again = record(body);
        expect([again.camera, again.sk]).toEqual([first.camera, first.sk]);
        expect(Buffer.byteLength(first.sk)).toBeLessThanOrEqual(900);
      }),
      { numRuns: 500 },
    );
  });
});
