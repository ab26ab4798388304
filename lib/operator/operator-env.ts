import * as z from 'zod';
import { readEnv } from '#lib/runtime/env.ts';
import { ReconcileCallbacksEnv, RecoverSpillEnv, StoreMessagesEnv } from '#lib/runtime/function-env.ts';

/** Queues that feed functions, by the variables that name them. */
export const queueVariables = [
  'ALARMS_QUEUE_URL',
  'DEVICES_QUEUE_URL',
  'INTELLIGENCE_QUEUE_URL',
  'PICTURES_QUEUE_URL',
  'PICTURE_RETRIES_QUEUE_URL',
  'SNAPSHOTS_QUEUE_URL',
  'STATISTICS_QUEUE_URL',
] as const;

/** What an operator's commands have to know of a stack, named as the functions' own settings. */
export const OperatorEnv = ReconcileCallbacksEnv.extend({
  BUCKET: z.string().min(1),
  PRIVACY_KEY_SECRET_ID: StoreMessagesEnv.shape.PRIVACY_KEY_SECRET_ID,
  SIGNATURE_WINDOW_SECONDS: RecoverSpillEnv.shape.SIGNATURE_WINDOW_SECONDS,
  EVENT_RETENTION_DAYS: StoreMessagesEnv.shape.EVENT_RETENTION_DAYS,
  FACE_FEATURES: StoreMessagesEnv.shape.FACE_FEATURES,
  PLATES: StoreMessagesEnv.shape.PLATES,
  FACE_PICTURES: StoreMessagesEnv.shape.FACE_PICTURES,
  ...(Object.fromEntries(queueVariables.map((name) => [name, z.url()])) as {
    [name in (typeof queueVariables)[number]]: z.ZodURL;
  }),
});
export type OperatorEnv = z.output<typeof OperatorEnv>;

/** Settings that only functions have a use for, or that no stack on AWS has. */
const ofThisProcess = { LOG_LEVEL: 'error', ALLOW_LOOPBACK: 'false' };

/**
 * Reads the settings from the outputs of a stack: `CallbackBaseUrl` is `CALLBACK_BASE_URL`.
 *
 * @throws ConfigError `env` that names what is missing or wrong
 */
export function operatorEnvOfOutputs(stack: string, outputs: { readonly [name: string]: string }): OperatorEnv {
  const variables = Object.entries(outputs).map(([name, value]) => [
    name.replaceAll(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase(),
    value,
  ]);
  return readEnv(OperatorEnv, { ...ofThisProcess, STACK: stack, ...Object.fromEntries(variables) });
}

/** A dead-letter queue is called as its queue, with `-dead` behind. */
export const deadLetterUrl = (queueUrl: string): string => `${queueUrl}-dead`;
export const queueName = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
