import type { EventDetailsDeps } from '#lib/dashboard/event-details.ts';
import type { ItemsPage, KeyRange } from '#lib/dashboard/event-feed.ts';
import { keyOf, partOf } from '#lib/dashboard/stored-item.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';

type EventItems = EventDetailsDeps['eventItems'];

/** The table `events` in memory, as far as the dashboard reads it; counts what is read. */
export function memoryEventItems(items: () => Iterable<Item>) {
  const read = { queries: 0, items: 0 };
  const sorted = (isIn: (item: Item) => boolean, keyIn: (item: Item) => string) =>
    [...items()].filter(isIn).toSorted((one, other) => (keyIn(one) < keyIn(other) ? 1 : -1));
  const skOf = (item: Item) => keyOf(item).sk;
  const page = (
    isIn: (item: Item) => boolean,
    keyIn: (item: Item) => string,
    { from, upTo }: KeyRange,
    most: number,
    next: Item | undefined,
  ): ItemsPage => {
    if (from > upTo) throw new Error('DynamoDB refuses a range that ends before it begins');
    const all = sorted((item) => isIn(item) && keyIn(item) >= from && keyIn(item) <= upTo, keyIn);
    const start = next === undefined ? 0 : all.findIndex((item) => item === next) + 1;
    const found = all.slice(start, start + most);
    const last = found.at(-1);
    read.queries += 1;
    read.items += found.length;
    return { items: found, ...(last !== undefined && start + most < all.length ? { next: last } : {}) };
  };
  const pages: EventItems = {
    ofDay: async (day, range, most, next) => page((item) => textOf(item['day']) === day, skOf, range, most, next),
    ofCamera: async (camera, range, most, next) =>
      page((item) => keyOf(item).camera === camera, skOf, range, most, next),
    ofPlate: async (plate, { from, upTo }, most, next) =>
      page(
        (item) => textOf(item['plate_prefix']) === [...plate].slice(0, 2).join(''),
        (item) => textOf(item['plate_time']) ?? '',
        { from: `${plate}#${from}`, upTo: `${plate}#${upTo}` },
        most,
        next,
      ),
    item: async (key) => [...items()].find((item) => keyOf(item).camera === key.camera && skOf(item) === key.sk),
    pictures: async ({ camera, sk }, most) =>
      sorted((item) => keyOf(item).camera === camera && skOf(item).startsWith(`${sk}#picture#`), skOf)
        .toReversed()
        .slice(0, most),
    partKeys: async (day, sk, most) =>
      sorted((item) => textOf(item['day']) === day && skOf(item).startsWith(`${sk}#`), skOf)
        .filter((item) => partOf(skOf(item)) !== undefined)
        .toReversed()
        .slice(0, most)
        .map(keyOf),
  };
  return { ...pages, read };
}
