import { type Item, textOf } from '#lib/events/attribute.ts';
import type { ErasableObjects } from './erasable-objects.ts';
import { areDetailsOf } from './erase-objects.ts';
import type { FoundEvents } from './found-events.ts';
import type { Subject } from './subject.ts';

/** The table `events`. */
export type ErasableItems = {
  /** Every item, a page at a time; pages come side by side. */
  visit(visit: (items: readonly Item[]) => Promise<void>): Promise<void>;
  delete(keys: readonly { camera: string; sk: string }[]): Promise<void>;
};

/**
 * Finds the events that show the subject, themselves, in one of their parts, or in details that lie elsewhere: the raw
 * archive, which has it all, may have forgotten them before the table does.
 */
export async function findEvents(
  items: ErasableItems,
  objects: ErasableObjects,
  subject: Subject,
  found: FoundEvents,
): Promise<void> {
  const withDetails: { key: string; item: Item }[] = [];
  await items.visit(async (page) => {
    for (const item of page) {
      if (isPicture(item)) continue;
      const key = textOf(item['details_key']);
      if (subject.ofItem(item)) found.addItem(item);
      else if (key !== undefined) withDetails.push({ key, item });
    }
  });
  for (const { key, item } of withDetails) if (await areDetailsOf(objects, key, subject)) found.addItem(item);
}

/** Deletes what was found, parts and pictures with it, and notes where those pictures lie; gives how many items it was. */
export async function deleteEvents(items: ErasableItems, found: FoundEvents, isDryRun: boolean): Promise<number> {
  let count = 0;
  if (found.size === 0) return count;
  await items.visit(async (page) => {
    const doomed = page.filter((item) => found.has(item));
    for (const item of doomed) {
      const key = textOf(item['s3_key']);
      if (isPicture(item) && key !== undefined) found.addObject(key);
    }
    if (!isDryRun && doomed.length > 0) {
      await items.delete(
        doomed.map((item) => ({ camera: textOf(item['camera']) ?? '', sk: textOf(item['sk']) ?? '' })),
      );
    }
    count += doomed.length;
  });
  return count;
}

const isPicture = (item: Item): boolean => (textOf(item['sk']) ?? '').includes('#picture#');
