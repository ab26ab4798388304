import { type Item, textOf } from '#lib/events/attribute.ts';
import type { EventRecord } from '#lib/events/event-record.ts';
import { pictureKeyParts, picturePrefix } from '#lib/pictures/picture-key.ts';

/** Events that are to be erased, by their keys. */
export type FoundEvents = {
  readonly size: number;
  addItem(item: Item): void;
  addRecord(record: EventRecord): void;
  /** Whether an item is such an event, a part of it, or one of its pictures. */
  has(item: Item): boolean;
  /** The same for a sort key, of whatever part, and the partition of its event. */
  hasKey(camera: string, sk: string): boolean;
  /** Whether a row tells of a message that is one of them. */
  hasMessage(messageId: string, hash8: string): boolean;
  /** What the keys of their pictures begin with. A picture may lie elsewhere, where its event got another key later. */
  picturePrefixes(): Iterable<string>;
  /** Notes the object that an item names. */
  addObject(key: string): void;
  /** Spill objects that held such a message: what points to them has nothing left to point to. */
  readonly spills: Set<string>;
};

/** `<occurred_at>#<message_id>#<hash8>`, of which the keys of all parts are made. */
const eventSkOf = (sk: string): string => sk.split('#', 3).join('#');

export function createFoundEvents(timeZone: string): FoundEvents {
  const keys = new Set<string>();
  const messages = new Set<string>();
  const prefixes = new Set<string>();
  const add = (camera: string, sk: string, about: Parameters<typeof picturePrefix>[0]): void => {
    keys.add(`${camera}\n${eventSkOf(sk)}`);
    messages.add(`${about.message_id}\n${about.hash8}`);
    if (!Number.isNaN(Date.parse(about.occurred_at))) prefixes.add(picturePrefix(about, timeZone));
  };
  const cameraOf = (item: Item): string => textOf(item['event_camera']) ?? textOf(item['camera']) ?? '';
  return {
    get size() {
      return keys.size;
    },
    addItem: (item) => {
      const attribute = (name: string) => textOf(item[name]) ?? '';
      add(cameraOf(item), attribute('sk'), {
        message_type: attribute('message_type'),
        message_id: attribute('message_id'),
        hash8: attribute('hash8') || attribute('body_sha256').slice(0, 8),
        device_id: attribute('device_id'),
        channel_id: attribute('channel_id'),
        occurred_at: attribute('occurred_at'),
      });
    },
    addRecord: (record) => {
      add(record.camera, record.sk, pictureKeyParts(record));
    },
    has: (item) => keys.has(`${cameraOf(item)}\n${eventSkOf(textOf(item['sk']) ?? '')}`),
    hasKey: (camera, sk) => keys.has(`${camera}\n${eventSkOf(sk)}`),
    hasMessage: (messageId, hash8) => messages.has(`${messageId}\n${hash8}`),
    picturePrefixes: () => prefixes,
    spills: new Set(),
    addObject: (key) => {
      const [prefix] = /^.*-[0-9a-f]{8}-/.exec(key) ?? [key];
      prefixes.add(prefixes.has(prefix) ? prefix : key);
    },
  };
}
