import { type Item, textOf } from '#lib/events/attribute.ts';
import type { EventRecord } from '#lib/events/event-record.ts';
import { type ItemKey, isEvent, keyOf, keyText } from './replay-plan.ts';

/** How the table `events` is read. */
export type StandingEvents = {
  /** The event, its pictures and those of its parts that lie in the same partition, as they are now. */
  family(event: ItemKey): Promise<Item[]>;
  /** Keys of an event and of its parts in whatever partition; what has just been written or deleted may be wrong. */
  keysByDay(day: string, eventSk: string): Promise<ItemKey[]>;
  /** Items as they are now; those that are not there are left out. */
  read(keys: readonly ItemKey[]): Promise<Item[]>;
};

/**
 * Under which keys messages stand that no longer stand where their raw lines say: without it, who is moved twice would be
 * found in the first of its places only.
 */
export type MovedMessages = {
  /** By the key in the raw line; empty where the message was never moved. */
  places(inLine: ItemKey): Promise<ItemKey[]>;
  /** @param expiresAtSeconds when the event is forgotten, and this with it */
  remember(inLine: ItemKey, places: readonly ItemKey[], expiresAtSeconds: number): Promise<void>;
};

export type Standing = {
  items: Item[];
  /** Where the message was remembered to be. */
  places: ItemKey[];
};

/** Everything that stands of a message: under the key of the current code, that of its raw line, and wherever it was moved. */
export async function readStanding(
  { events, moved }: { events: StandingEvents; moved: MovedMessages },
  record: EventRecord,
  inLine: ItemKey,
): Promise<Standing> {
  const own: ItemKey = { camera: record.camera, sk: record.sk };
  const [ownFamily, places] = await Promise.all([events.family(own), moved.places(inLine)]);
  const others = distinct([inLine, ...places]).filter((key) => !isSame(key, own));
  const families = [
    { key: own, items: ownFamily, days: [textOf(record.event['day'])] },
    ...(await Promise.all(others.map(async (key) => ({ key, items: await events.family(key), days: [] })))),
  ];
  const items = new Map(families.flatMap((family) => family.items).map((item) => [keyText(keyOf(item)), item]));

  const indexed = await Promise.all(
    families.map(async (family) => {
      const days = [...family.days, ...family.items.filter((item) => isEvent(keyOf(item))).map(dayOf)];
      const known = [...new Set(days.filter((day) => day !== undefined))];
      return (await Promise.all(known.map((day) => events.keysByDay(day, family.key.sk)))).flat();
    }),
  );
  // What is expected is looked for by its key, since the index may not have it yet.
  const elsewhere = distinct([...indexed.flat(), ...record.children.map(keyOf)]);
  const unread = elsewhere.filter((key) => !families.some((family) => isOfFamily(family.key, key)));
  const read = unread.length === 0 ? [] : await events.read(unread);
  return { items: [...items.values(), ...read], places };
}

const isOfFamily = (event: ItemKey, key: ItemKey): boolean =>
  key.camera === event.camera && (key.sk === event.sk || key.sk.startsWith(`${event.sk}#`));
const dayOf = (item: Item): string | undefined => textOf(item['day']);
export const isSame = (one: ItemKey, other: ItemKey): boolean => one.camera === other.camera && one.sk === other.sk;
const distinct = (keys: readonly ItemKey[]): ItemKey[] => [...new Map(keys.map((key) => [keyText(key), key])).values()];
