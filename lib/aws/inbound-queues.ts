import type { InboundAttributes } from '#lib/callback/inbound-queues.ts';
import type { InboundQueue } from '#lib/callback/subscriptions.ts';
import { createSender } from './queues.ts';

/** Sends to the queue of a message's class; rejects when SQS has not confirmed it within `timeoutMs`. */
export function createInboundSender(
  env: { ALARMS_QUEUE_URL: string; DEVICES_QUEUE_URL: string; INTELLIGENCE_QUEUE_URL: string },
  timeoutMs: number,
): (queue: InboundQueue, body: string, attributes: InboundAttributes) => Promise<void> {
  const send = createSender();
  const urls = {
    alarms: env.ALARMS_QUEUE_URL,
    devices: env.DEVICES_QUEUE_URL,
    intelligence: env.INTELLIGENCE_QUEUE_URL,
  };
  return (queue, body, attributes) => send(urls[queue], body, attributes, timeoutMs);
}
