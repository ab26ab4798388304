import { createHash } from 'node:crypto';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { wantedPictureItem } from '#lib/pictures/picture-items.ts';

/** The table `events` in memory, as far as exports read it. */
export function memoryEvents(timeZone = 'Asia/Shanghai') {
  const items = new Map<string, Item>();
  const keyOf = (item: Item) => `${textOf(item['camera'])}\n${textOf(item['sk'])}`;
  const put = (item: Item) => items.set(keyOf(item), item);
  const sorted = () =>
    [...items.values()].toSorted((one, other) => ((textOf(one['sk']) ?? '') < (textOf(other['sk']) ?? '') ? -1 : 1));
  return {
    items,
    put,
    /** Stores a message as the store functions do, with its pictures still wanted. */
    store: (body: string | Buffer, receivedAt = '2026-01-01T00:00:00.000Z') => {
      const bytes = Buffer.from(body);
      const bodySha256 = createHash('sha256').update(bytes).digest('hex');
      const record = eventRecord(
        { receivedAt, subscription: 'path', body: bytes, bodySha256 },
        { timeZone, retentionDays: 365, facePictures: 'keep' },
      );
      put({ ...record.event, raw_key: { S: `raw/${receivedAt}` }, raw_line: { N: '0' } });
      for (const child of record.children) put(child);
      const owner = { ...record, expiresAtSeconds: 0 };
      const pictures = record.pictures.map(({ wanted }) => wantedPictureItem(owner, wanted, new Date(receivedAt)));
      for (const picture of pictures) put(picture);
      return { record, pictures };
    },
    async *day(messageType: string, date: string) {
      yield* sorted().filter((item) => textOf(item['day']) === `${messageType}#${date}`);
    },
    async *camera(camera: string, from: Date, to: Date) {
      yield* sorted().filter((item) => {
        const sk = textOf(item['sk']) ?? '';
        return textOf(item['camera']) === camera && sk >= from.toISOString() && sk <= to.toISOString();
      });
    },
  };
}

export type MemoryEvents = ReturnType<typeof memoryEvents>;
