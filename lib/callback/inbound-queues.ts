import type { InboundQueue } from './subscriptions.ts';

export type InboundAttributes = {
  message_type: string;
  subscription: string;
  received_at: string;
  message_id?: string | undefined;
  /** Names the key that the callback was signed with, by which a rotation sees that the new one is in use. */
  key_id?: string | undefined;
  /** Key of the spill object that holds the body. */
  spill?: string;
};

/** Queues a message; rejects when SQS has not confirmed it within `timeoutMs`. */
export type InboundQueues = {
  send(queue: InboundQueue, body: string, attributes: InboundAttributes, timeoutMs: number): Promise<void>;
};
