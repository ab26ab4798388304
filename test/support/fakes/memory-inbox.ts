import type { InboundAttributes } from '#lib/callback/inbound-queues.ts';
import type { InboundQueue } from '#lib/callback/subscriptions.ts';

export type SentMessage = { queue: InboundQueue; body: string; attributes: InboundAttributes };

/** The stores that a callback may end in, each of which can be made to refuse. */
export function memoryInbox() {
  const sent: SentMessage[] = [];
  const objects = new Map<string, Buffer>();
  const inbox = {
    sent,
    objects,
    refuseQueue: false,
    refuseObjects: false,
    send: async (queue: InboundQueue, body: string, attributes: InboundAttributes): Promise<void> => {
      if (inbox.refuseQueue) throw new Error('SQS is away');
      sent.push({ queue, body, attributes });
    },
    keep: async (key: string, content: Buffer): Promise<void> => {
      if (inbox.refuseObjects) throw new Error('S3 is away');
      objects.set(key, content);
    },
    keys: async function* keys(prefix: string): AsyncGenerator<string> {
      yield* [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    },
  };
  return inbox;
}
