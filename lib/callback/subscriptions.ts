/**
 * The nine callback subscriptions of IVM (reference 10.1.1), the message type each of them delivers (10.1.4; they differ
 * for DEVICE_EXCEPTION), the path we give each at our endpoint, and the queue its messages take.
 *
 * One URL per subscription, because IVM opens its circuit breaker per URL; three queues, because a flood of AI metadata
 * must not delay alarms.
 */
const entries = [
  ['DEVICE_ALARM', 'device_alarm', 'alarms'],
  ['DEVICE_EXCEPTION', 'device_status', 'devices'],
  ['DEVICE_UNBIND', 'device_unbind', 'devices'],
  ['TARGET_DATA', 'target_data', 'intelligence'],
  ['THIRD_DATA', 'third_data', 'intelligence'],
  ['VEHICLE_DATA', 'vehicle_data', 'intelligence'],
  ['HEAD_SHOULDER_DATA', 'head_shoulder_data', 'intelligence'],
  ['BEHAVIOR_ANALYSIS_DATA', 'behavior_analysis_data', 'intelligence'],
  ['MICRO_CHECKPOINT_DATA', 'micro_checkpoint_data', 'intelligence'],
] as const;

export type Subscription = (typeof entries)[number][0];
export type MessageType = (typeof entries)[number][1];
export type InboundQueue = (typeof entries)[number][2];
type KebabCase<Name extends string> = Name extends `${infer Word}_${infer Rest}`
  ? `${Lowercase<Word>}-${KebabCase<Rest>}`
  : Lowercase<Name>;
export type SubscriptionPath = KebabCase<Subscription>;

export type SubscriptionEntry = {
  subscription: Subscription;
  path: SubscriptionPath;
  messageType: MessageType;
  queue: InboundQueue;
};

export const subscriptions: readonly SubscriptionEntry[] = entries.map(([subscription, messageType, queue]) => ({
  subscription,
  path: subscription.toLowerCase().replaceAll('_', '-') as SubscriptionPath,
  messageType,
  queue,
}));

const byPath = new Map<string, SubscriptionEntry>(subscriptions.map((entry) => [entry.path, entry]));
const byMessageType = new Map<string, SubscriptionEntry>(subscriptions.map((entry) => [entry.messageType, entry]));

/** The subscription behind `/callbacks/{path}`; `undefined` for a path we never registered. */
export const subscriptionOfPath = (path: string): SubscriptionEntry | undefined => byPath.get(path);

/** The subscription that delivers a `message_type`; `undefined` for a type the reference does not know. */
export const subscriptionOfType = (messageType: string): SubscriptionEntry | undefined =>
  byMessageType.get(messageType);
