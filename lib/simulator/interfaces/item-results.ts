import type { JsonObject } from '#lib/json/exact-json.ts';
import { failedItem, IvmRefusal } from '../ivm-refusal.ts';

export const doneItem = { code: 'IVM.0', msg: 'Success' };

/**
 * Does something with each item of a batch. One that is refused fails alone: the answer is 200 whatever becomes of them (trap 54 of
 * the reference).
 *
 * @param named what an answer names the item by
 * @param act returns what an answer tells of the item besides
 */
export function resultsOf<Item>(
  items: readonly Item[],
  named: (item: Item) => JsonObject,
  act: (item: Item) => JsonObject | undefined,
): { failed: number; results: JsonObject[] } {
  let failed = 0;
  const results = items.map((item) => {
    try {
      return { ...named(item), ...act(item), result: doneItem };
    } catch (error) {
      if (!(error instanceof IvmRefusal)) throw error;
      failed += 1;
      return { ...named(item), result: failedItem(error.code) };
    }
  });
  return { failed, results };
}
