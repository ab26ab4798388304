import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { text, textOf } from '#lib/events/attribute.ts';
import type { DirtyDate, DirtyDates } from '#lib/exports/dirty-dates.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

const markAgainAfterMs = 60_000;
/** A mark stands for all that came in the minute after it, so an export must not begin within that. */
const settledAfterMs = 120_000;

/** Marks of dates whose exports are out of date: items `dirty-events` and `dirty-counts` of the table `state`. */
export function createDirtyDates(
  tableName: string,
  now: () => Date,
  client = new DynamoDBClient(clientSettings()),
): DirtyDates {
  const items = createStateItems(tableName, client);
  const markedAtMs = new Map<string, number>();
  const kindOf = ({ export: of }: Pick<DirtyDate, 'export'>) => `dirty-${of}`;
  const idOf = ({ date, messageType }: Pick<DirtyDate, 'date' | 'messageType'>) => `${date}#${messageType}`;
  return {
    mark: async (dates) => {
      for (const date of new Map(dates.map((one) => [`${kindOf(one)} ${idOf(one)}`, one])).values()) {
        const key = `${kindOf(date)} ${idOf(date)}`;
        const nowMs = now().getTime();
        if (nowMs - (markedAtMs.get(key) ?? Number.NEGATIVE_INFINITY) < markAgainAfterMs) continue;
        await items.update(kindOf(date), idOf(date), { marked_at: text(now().toISOString()) });
        markedAtMs.set(key, nowMs);
      }
    },
    list: async (of) =>
      (await items.query(kindOf({ export: of }))).flatMap((item) => {
        const [date, messageType] = (textOf(item['id']) ?? '').split('#');
        const markedAt = textOf(item['marked_at']);
        const isSettled = now().getTime() - Date.parse(markedAt ?? '') >= settledAfterMs;
        return date === undefined || messageType === undefined || markedAt === undefined || !isSettled
          ? []
          : [{ export: of, date, messageType, markedAt }];
      }),
    clear: async (dates) => {
      for (const date of dates) {
        await items.remove(kindOf(date), idOf(date), {
          expression: '#at = :at',
          names: { '#at': 'marked_at' },
          values: { ':at': text(date.markedAt) },
        });
      }
    },
  };
}
