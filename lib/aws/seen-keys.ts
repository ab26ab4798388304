import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { errorMessage } from '#lib/errors.ts';
import { text, textOf } from '#lib/events/attribute.ts';
import type { SeenKey } from '#lib/intake/store-messages.ts';
import { log } from '#lib/runtime/log.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems, inDays } from './state-items.ts';

const noteAgainAfterMs = 60_000;
const rememberedDays = 400;

/** With which keys callbacks were last signed, per path: items `callback-key` of the table `state`. */
export function createSeenKeys(tableName: string, now: () => Date, client = new DynamoDBClient(clientSettings())) {
  const items = createStateItems(tableName, client);
  const notedAtMs = new Map<string, number>();
  const idOf = ({ subscription, keyId }: SeenKey) => `${subscription}#${keyId}`;
  return {
    /** Writes once a minute and key at most; a failure is no matter of the messages and only logged. */
    note: async (keys: readonly SeenKey[]): Promise<void> => {
      for (const id of new Set(keys.map(idOf))) {
        const nowMs = now().getTime();
        if (nowMs - (notedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < noteAgainAfterMs) continue;
        notedAtMs.set(id, nowMs);
        await items
          .update('callback-key', id, { seen_at: text(now().toISOString()), expires_at: inDays(now(), rememberedDays) })
          .catch((error: unknown) => {
            notedAtMs.delete(id);
            log.warn('key of a callback could not be noted', { error_message: errorMessage(error) });
          });
      }
    },
    /** When a callback of a path was last seen signed with a key. */
    seenAt: async (key: SeenKey): Promise<Date | undefined> => {
      const seenAt = textOf((await items.get('callback-key', idOf(key)))?.['seen_at']);
      return seenAt === undefined ? undefined : new Date(seenAt);
    },
    /** When a callback was last seen per path, whichever key it was signed with. */
    lastSeen: async (): Promise<Map<string, Date>> => {
      const last = new Map<string, Date>();
      for (const item of await items.query('callback-key')) {
        const [path = ''] = (textOf(item['id']) ?? '').split('#');
        const at = new Date(textOf(item['seen_at']) ?? '');
        if (at.getTime() > (last.get(path)?.getTime() ?? 0)) last.set(path, at);
      }
      return last;
    },
  };
}
