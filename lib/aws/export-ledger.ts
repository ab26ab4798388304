import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TransientError } from '#lib/errors.ts';
import { integer, integerOf, text, textOf } from '#lib/events/attribute.ts';
import type { ExportLedger } from '#lib/exports/export-ledger.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

/** Versions of exports, and who is at work on them: items `export` of the table `state`. */
export function createExportLedger(
  tableName: string,
  now: () => Date,
  client = new DynamoDBClient(clientSettings()),
): ExportLedger {
  const items = createStateItems(tableName, client);
  const held = (holder: string) => ({
    expression: '#holder = :holder',
    names: { '#holder': 'holder' },
    values: { ':holder': text(holder) },
  });
  const free = { holder: text(''), until_ms: integer(0) };
  return {
    begin: async (id, holder, until) => {
      const isTaken = await items.update(
        'export',
        id,
        { holder: text(holder), until_ms: integer(until.getTime()) },
        {
          expression: 'attribute_not_exists(#until) OR #until <= :now',
          names: { '#until': 'until_ms' },
          values: { ':now': integer(now().getTime()) },
        },
      );
      if (!isTaken) return 'busy';
      const item = await items.get('export', id);
      const contentSha256 = textOf(item?.['content_sha256']);
      const version = integerOf(item?.['version']) ?? 0;
      return contentSha256 === undefined ? { version } : { version, contentSha256 };
    },
    finish: async (id, holder, { version, contentSha256 }) => {
      const set = { ...free, version: integer(version), content_sha256: text(contentSha256) };
      if (!(await items.update('export', id, set, held(holder)))) {
        throw new TransientError('export-lease-lost', 'Another run has taken over this export');
      }
    },
    release: async (id, holder) => {
      await items.update('export', id, free, held(holder));
    },
  };
}
