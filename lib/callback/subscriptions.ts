/**
 * The nine callback subscriptions of IVM (reference 10.1.1), the message type each of them delivers (10.1.4; they differ
 * for DEVICE_EXCEPTION), the path we give each at our endpoint, and the queue its messages take.
 *
 * One URL per subscription, because IVM opens its circuit breaker per URL; three queues, because a flood of AI metadata
 * must not delay alarms.
 */
export const subscriptions = [
  { subscription: 'DEVICE_ALARM', path: 'device-alarm', messageType: 'device_alarm', queue: 'alarms' },
  { subscription: 'DEVICE_EXCEPTION', path: 'device-exception', messageType: 'device_status', queue: 'devices' },
  { subscription: 'DEVICE_UNBIND', path: 'device-unbind', messageType: 'device_unbind', queue: 'devices' },
  { subscription: 'TARGET_DATA', path: 'target-data', messageType: 'target_data', queue: 'intelligence' },
  { subscription: 'THIRD_DATA', path: 'third-data', messageType: 'third_data', queue: 'intelligence' },
  { subscription: 'VEHICLE_DATA', path: 'vehicle-data', messageType: 'vehicle_data', queue: 'intelligence' },
  {
    subscription: 'HEAD_SHOULDER_DATA',
    path: 'head-shoulder-data',
    messageType: 'head_shoulder_data',
    queue: 'intelligence',
  },
  {
    subscription: 'BEHAVIOR_ANALYSIS_DATA',
    path: 'behavior-analysis-data',
    messageType: 'behavior_analysis_data',
    queue: 'intelligence',
  },
  {
    subscription: 'MICRO_CHECKPOINT_DATA',
    path: 'micro-checkpoint-data',
    messageType: 'micro_checkpoint_data',
    queue: 'intelligence',
  },
] as const;

export type SubscriptionEntry = (typeof subscriptions)[number];
export type Subscription = SubscriptionEntry['subscription'];
export type SubscriptionPath = SubscriptionEntry['path'];
export type MessageType = SubscriptionEntry['messageType'];
export type InboundQueue = SubscriptionEntry['queue'];

const byPath = new Map<string, SubscriptionEntry>(subscriptions.map((entry) => [entry.path, entry]));
const byMessageType = new Map<string, SubscriptionEntry>(subscriptions.map((entry) => [entry.messageType, entry]));

/** The subscription behind `/callbacks/{path}`; `undefined` for a path we never registered. */
export const subscriptionOfPath = (path: string): SubscriptionEntry | undefined => byPath.get(path);

/** The subscription that delivers a `message_type`; `undefined` for a type the reference does not know. */
export const subscriptionOfType = (messageType: string): SubscriptionEntry | undefined =>
  byMessageType.get(messageType);
