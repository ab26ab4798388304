import { type MessageType, type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import { type Json, type JsonObject, member, stringifyExact } from '#lib/json/exact-json.ts';
import { createAlarmWriter } from './alarm-messages.ts';
import { createBehaviorWriter } from './behavior-messages.ts';
import { createCheckpointWriter } from './checkpoint-messages.ts';
import { createCountWriter } from './count-messages.ts';
import { createStatusWriter, createUnbindWriter } from './device-messages.ts';
import type { MessageWorld } from './message-world.ts';
import { createPersonWriter } from './person-messages.ts';
import { shuffled } from './seeded-random.ts';
import { writeThirdParty } from './third-party-messages.ts';
import { createVehicleWriter } from './vehicle-messages.ts';

export type OutgoingMessage = {
  subscription: Subscription;
  messageType: MessageType;
  /** Decimal digits. */
  messageId: string;
  body: Buffer;
  /** Different pictures that a receiver can get for this message. */
  picturesWanted: number;
};

/** What the tenant's own calls bring about, that IVM tells of. */
export type Announcement = { messageType: MessageType; data: JsonObject };

export type MessageSource = {
  /** The next message of a type, or of whichever type is next. */
  message(type?: MessageType): OutgoingMessage;
  /** A message of what has happened indeed. */
  announce(announcement: Announcement): OutgoingMessage;
  /** Starts the order of types anew: the next nine messages are of all nine types. */
  restart(): void;
};

const messageTypes = subscriptions.map(({ messageType }) => messageType);

/** What a tenant sees more of than once per round. */
const frequentTypes: readonly MessageType[] = [
  'device_alarm',
  'device_alarm',
  'device_alarm',
  'vehicle_data',
  'vehicle_data',
  'vehicle_data',
  'target_data',
  'target_data',
  'head_shoulder_data',
  'head_shoulder_data',
  'micro_checkpoint_data',
];

/** Writes plausible messages of all nine types (reference 10.1.4), each type first once per round and then by its weight. */
export function createMessageSource(world: MessageWorld, nextMessageId: () => bigint): MessageSource {
  const writers: Readonly<Record<MessageType, () => JsonObject>> = {
    device_alarm: createAlarmWriter(world),
    device_status: createStatusWriter(world),
    device_unbind: createUnbindWriter(world),
    target_data: createPersonWriter(world),
    third_data: () => writeThirdParty(world),
    vehicle_data: createVehicleWriter(world),
    head_shoulder_data: createCountWriter(world),
    behavior_analysis_data: createBehaviorWriter(world),
    micro_checkpoint_data: createCheckpointWriter(world),
  };

  const newDeck = () => {
    let pending: MessageType[] = [];
    return () => {
      if (pending.length === 0) {
        pending = [...shuffled(world.random, messageTypes), ...shuffled(world.random, frequentTypes)];
      }
      return pending.shift() ?? 'device_alarm';
    };
  };
  let nextType = newDeck();

  const written = (messageId: bigint, { messageType, data }: Announcement): OutgoingMessage => ({
    subscription: subscriptionOf(messageType),
    messageType,
    messageId: String(messageId),
    body: Buffer.from(stringifyExact({ message_id: messageId, message_type: messageType, data, test: false })),
    picturesWanted: messageType === 'device_alarm' ? alarmPictures(data) : pictureUrls(data).size,
  });

  return {
    message(type) {
      const messageType = type ?? nextType();
      const messageId = nextMessageId();
      return written(messageId, { messageType, data: writers[messageType]() });
    },
    announce: (announcement) => written(nextMessageId(), announcement),
    restart() {
      nextType = newDeck();
    },
  };
}

function subscriptionOf(messageType: MessageType): Subscription {
  const entry = subscriptions.find((one) => one.messageType === messageType);
  if (entry === undefined) throw new RangeError(`no subscription delivers ${messageType}`);
  return entry.subscription;
}

/** An alarm has its own picture and one of its target, where it has one; alarms about devices have none (10.2.2). */
function alarmPictures(data: JsonObject): number {
  if (data['classification'] === 'DEVICE') return 0;
  return data['target'] === undefined ? 1 : 2;
}

const urlFields = [
  'target_url',
  'target_all_pic_url',
  'panorama_url',
  'vehicle_url',
  'target_pic',
  'target_panorama',
  'human_pic',
  'vehicle_pic',
  'plate_pic',
  'panorama_pic',
];

/** The URLs in a TLV message, at data level, in `target` and in `targets[]` (10.1.4.5). */
function pictureUrls(data: JsonObject): Set<string> {
  const targets = member(member(data, 'data'), 'targets');
  const places: Json[] = [data, member(data, 'target') ?? null, ...(Array.isArray(targets) ? targets : [])];
  const urls = places.flatMap((place) => urlFields.map((field) => member(place, field)));
  return new Set(urls.filter((url) => typeof url === 'string'));
}
