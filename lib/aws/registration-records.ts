import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, integer, integerOf, text, textOf } from '#lib/events/attribute.ts';
import { fitAttribute } from '#lib/events/fit-attribute.ts';
import { plainItem } from '#lib/events/plain-value.ts';
import { CallbackReport, type RegistrationRecords } from '#lib/registration/reconcile-callbacks.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems } from './state-items.ts';

/** What is known of registrations: items `callback` of the table `state`, and the report of the last look at them. */
export function createRegistrationRecords(
  tableName: string,
  client = new DynamoDBClient(clientSettings()),
): RegistrationRecords & {
  writeReport(report: CallbackReport): Promise<void>;
  /** The report of the last look; `undefined` where this stack has never looked. */
  readReport(): Promise<CallbackReport | undefined>;
} {
  const items = createStateItems(tableName, client);
  return {
    read: async (subscription) => {
      const item = await items.get('callback', subscription);
      const url = textOf(item?.['url']);
      const keyIds = textOf(item?.['key_ids']);
      const keysSince = textOf(item?.['keys_since']);
      const silenceAttempts = integerOf(item?.['silence_attempts']);
      const silenceAttemptAt = textOf(item?.['silence_attempt_at']);
      return {
        ...(url === undefined ? {} : { url }),
        ...(keyIds === undefined ? {} : { keyIds }),
        ...(keysSince === undefined ? {} : { keysSince: new Date(keysSince) }),
        ...(silenceAttempts === undefined ? {} : { silenceAttempts }),
        ...(silenceAttemptAt === undefined ? {} : { silenceAttemptAt: new Date(silenceAttemptAt) }),
      };
    },
    write: async (subscription, { url, keyIds, keysSince, silenceAttempts, silenceAttemptAt }) => {
      const set: Item = {
        ...(url === undefined ? {} : { url: text(url) }),
        ...(keyIds === undefined ? {} : { key_ids: text(keyIds) }),
        ...(keysSince === undefined ? {} : { keys_since: text(keysSince.toISOString()) }),
        ...(silenceAttempts === undefined ? {} : { silence_attempts: integer(silenceAttempts) }),
        ...(silenceAttemptAt === undefined ? {} : { silence_attempt_at: text(silenceAttemptAt.toISOString()) }),
      };
      await items.update('callback', subscription, set);
    },
    writeReport: async (report) => {
      const { attribute } = fitAttribute(
        {
          checked_at: report.checked_at,
          outcome: report.outcome,
          subscriptions: report.subscriptions.map((one) => ({ ...one })),
        },
        'report',
      );
      await items.put('report', 'callbacks', attribute !== undefined && 'M' in attribute ? attribute.M : {});
    },
    readReport: async () => {
      const item = await items.get('report', 'callbacks');
      return item === undefined ? undefined : CallbackReport.safeParse(plainItem(item)).data;
    },
  };
}
