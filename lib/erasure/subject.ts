import { ConfigError } from '#lib/errors.ts';
import type { Item } from '#lib/events/attribute.ts';
import { encodeId } from '#lib/events/event-keys.ts';
import { type EventRecord, eventRecord, type InboundMessage, type RecordSettings } from '#lib/events/event-record.ts';
import { plainItem } from '#lib/events/plain-value.ts';
import { erasableEvent } from '#lib/intake/store-messages.ts';
import { foldPlate, normalisePlate } from '#lib/messages/plate.ts';
import { createErasureCheck, type ErasableEvent, type Erasure } from '#lib/privacy/erasures.ts';
import { keyedHash } from '#lib/privacy/privacy-key.ts';

/** What is to be erased: events that show all that is named, of all times before `before`. */
export type EraseRequest = {
  /** Id of a device. */
  device?: string;
  /** A number plate, however it is spelled. */
  plate?: string;
  /** An identifier of a person or object, or a name. */
  target?: string;
  /** What happened from then on stays; now, unless given. */
  before?: Date;
};

export type Subject = {
  request: EraseRequest;
  /** The tombstone. */
  erasure: Erasure;
  covers(event: ErasableEvent): boolean;
  /** The record of a message that is to be erased, `unreadable` for one that only its text gives away. */
  ofMessage(message: InboundMessage): EventRecord | 'unreadable' | undefined;
  /** Whether an item of the table `events` shows it: an event, a part of one, a snapshot. */
  ofItem(item: Item): boolean;
  /**
   * Whether something of a device, by its id as it stands in keys, and of a time belongs to it: what does not show by
   * itself whom it shows, as a picture, goes only where a whole device goes, or all there is.
   */
  ofDevice(encodedId: string, at: Date): boolean;
  /** Whether nothing but a device is named, or nothing at all: what is merely of a device and a time then goes too. */
  isOfDevices: boolean;
  /** The device as it stands in keys, where all of it is to go as it is known today. */
  wholeDevice?: string;
};

/** @throws ConfigError `usage` where nothing is named, which would be everything */
export function ensureNamed({ device, plate, target, before }: { [name in keyof EraseRequest]?: unknown }): void {
  if ([device, plate, target, before].every((one) => one === undefined)) {
    throw new ConfigError('usage', 'Say what is to be erased: --device, --plate, --target, --before');
  }
}

/** @throws ConfigError `usage` where nothing is named, or the plate is none */
export function createSubject(request: EraseRequest, key: string, now: Date, settings: RecordSettings): Subject {
  const { device, plate: plateText, target, before } = request;
  const plate = normalisePlate(plateText);
  if (plateText !== undefined && plate === undefined) throw new ConfigError('usage', 'What --plate names is no plate');
  ensureNamed(request);
  const erasure: Erasure = {
    before: (before ?? now).toISOString(),
    ...(device === undefined ? {} : { device: keyedHash(key, 'device', device) }),
    ...(plate === undefined ? {} : { plate: keyedHash(key, 'plate', plate) }),
    ...(target === undefined ? {} : { target: keyedHash(key, 'target', target) }),
  };
  const covers = createErasureCheck([erasure], key);
  const named = [device, target].filter((text) => text !== undefined);
  const isOfDevices = plate === undefined && target === undefined;
  return {
    request,
    erasure,
    covers,
    ofMessage: (message) => {
      let record: EventRecord;
      try {
        record = eventRecord(message, settings);
      } catch {
        // Nobody has parsed it, but what it says is there to be read.
        const text = message.body.toString('utf8');
        const isNamed =
          named.every((one) => text.includes(one)) && (plate === undefined || foldPlate(text).includes(plate));
        return isNamed && message.receivedAt < erasure.before ? 'unreadable' : undefined;
      }
      return covers(erasableEvent(record)) ? record : undefined;
    },
    ofItem: (item) => {
      const columns = plainItem(item);
      const textOf = (name: string) => (typeof columns[name] === 'string' ? columns[name] : undefined);
      const receivedAt = textOf('received_at');
      return covers({
        occurredAt: textOf('occurred_at') ?? '',
        isTimeKnown: textOf('occurred_at_source') !== 'none',
        ...(receivedAt === undefined ? {} : { receivedAt }),
        deviceId: textOf('device_id') ?? '',
        data: columns,
      });
    },
    ofDevice: (encodedId, at) =>
      isOfDevices && (device === undefined || encodedId === encodeId(device)) && at < (before ?? now),
    isOfDevices,
    ...(isOfDevices && device !== undefined && before === undefined ? { wholeDevice: encodeId(device) } : {}),
  };
}
