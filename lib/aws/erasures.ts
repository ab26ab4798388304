import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EraseReport } from '#lib/erasure/erase-subject.ts';
import { type Item, text, textOf } from '#lib/events/attribute.ts';
import { fitAttribute } from '#lib/events/fit-attribute.ts';
import { createErasureCheck, type ErasableEvent, type Erasure } from '#lib/privacy/erasures.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

const marks = ['device', 'plate', 'target'] as const;

/** What was erased, and must not come back: items `erasure` of the table `state`. */
export function createErasures(
  tableName: string,
  readKey: () => Promise<string>,
  client = new DynamoDBClient(clientSettings()),
) {
  const items = createStateItems(tableName, client);
  const list = async (): Promise<Erasure[]> =>
    (await items.query('erasure', { isConsistent: true })).flatMap((item) => {
      const before = textOf(item['before']);
      const shown = marks.flatMap((mark) => {
        const hash = textOf(item[mark]);
        return hash === undefined ? [] : [[mark, hash] as const];
      });
      return before === undefined ? [] : [{ before, ...Object.fromEntries(shown) }];
    });
  return {
    /** The key is asked for only where something was erased. */
    readCheck: async (): Promise<(event: ErasableEvent) => boolean> => {
      const erasures = await list();
      return erasures.length === 0 ? () => false : createErasureCheck(erasures, await readKey());
    },
    /** Puts up a tombstone; one of the same marks that reaches further stays. */
    put: async (erasure: Erasure): Promise<void> => {
      const set: Item = { before: text(erasure.before) };
      for (const mark of marks) {
        const hash = erasure[mark];
        if (hash !== undefined) set[mark] = text(hash);
      }
      const id = marks.flatMap((mark) => erasure[mark] ?? []).join('-') || 'everything';
      await items.update('erasure', id, set, {
        expression: 'attribute_not_exists(#before) OR #before < :before',
        names: { '#before': 'before' },
        values: { ':before': text(erasure.before) },
      });
    },
    /** Keeps what was done, without whom it was about: items `erasure-record`, by when it began. */
    record: async (report: EraseReport): Promise<void> => {
      const { attribute } = fitAttribute(report, 'report');
      await items.put(
        'erasure-record',
        report.startedAt,
        attribute !== undefined && 'M' in attribute ? attribute.M : {},
      );
    },
  };
}
