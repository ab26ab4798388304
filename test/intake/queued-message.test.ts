import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { queuedMessage } from '#lib/intake/queued-message.ts';

const record = (attributes: { [name: string]: string }, body = '{"a":"日本"}') =>
  ({
    messageId: 'queue-1',
    body,
    attributes: { SentTimestamp: '1767225600123' },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
    ),
  }) as unknown as SQSRecord;

describe('queuedMessage', () => {
  it('reads what receive-callback wrote, bytes and all', () => {
    expect(queuedMessage(record({ received_at: '2026-01-01T00:00:00.000Z', subscription: 'device-alarm' }))).toEqual({
      queueMessageId: 'queue-1',
      receivedAt: '2026-01-01T00:00:00.000Z',
      subscription: 'device-alarm',
      body: Buffer.from('{"a":"日本"}'),
    });
  });

  it('reads a pointer to a spilled body', () => {
    expect(queuedMessage(record({ spill: 'spill/a.json' }, '{}'))).toMatchObject({ spillKey: 'spill/a.json' });
  });

  it('takes a message that somebody put in by hand, as of when it was sent', () => {
    expect(queuedMessage(record({}))).toMatchObject({ receivedAt: '2026-01-01T00:00:00.123Z', subscription: '-' });
  });
});
