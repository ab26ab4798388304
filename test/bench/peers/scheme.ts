/**
 * What every peer has to do whatever its framework is: IVM's signature, the queue of a message, its attributes, the keys
 * from Secrets Manager. Written as their authors would: `JSON.parse` and the SDK, with the id read from the text, since
 * `JSON.parse` would change its digits.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const queueOfType: { readonly [messageType: string]: string } = {
  device_alarm: 'ALARMS_QUEUE_URL',
  device_status: 'DEVICES_QUEUE_URL',
  device_unbind: 'DEVICES_QUEUE_URL',
  target_data: 'INTELLIGENCE_QUEUE_URL',
  third_data: 'INTELLIGENCE_QUEUE_URL',
  vehicle_data: 'INTELLIGENCE_QUEUE_URL',
  head_shoulder_data: 'INTELLIGENCE_QUEUE_URL',
  behavior_analysis_data: 'INTELLIGENCE_QUEUE_URL',
  micro_checkpoint_data: 'INTELLIGENCE_QUEUE_URL',
};
const subscriptionOfPath: { readonly [path: string]: string } = {
  'device-alarm': 'DEVICE_ALARM',
  'device-exception': 'DEVICE_EXCEPTION',
  'device-unbind': 'DEVICE_UNBIND',
  'target-data': 'TARGET_DATA',
  'third-data': 'THIRD_DATA',
  'vehicle-data': 'VEHICLE_DATA',
  'head-shoulder-data': 'HEAD_SHOULDER_DATA',
  'behavior-analysis-data': 'BEHAVIOR_ANALYSIS_DATA',
  'micro-checkpoint-data': 'MICRO_CHECKPOINT_DATA',
};
const keysFreshMs = 60_000;

const sqs = new SQSClient({});
const secrets = new SecretsManagerClient({});
let known: { keys: { [subscription: string]: string[] }; readAtMs: number } | undefined;

export type Callback = {
  path: string;
  timestamp: string | undefined;
  signature: string | undefined;
  text: string;
  message: { message_type?: string | undefined; test?: boolean | undefined; data?: unknown };
};
export type Reply = { status: 200 | 401 | 404; result: string };

export const isKnownPath = (path: string): boolean => Object.hasOwn(subscriptionOfPath, path);

/** Verifies a callback and queues it. */
export async function takeCallback({ path, timestamp, signature, text, message }: Callback): Promise<Reply> {
  const subscription = subscriptionOfPath[path];
  if (subscription === undefined) return { status: 404, result: 'unknown-subscription' };
  if (message.test === true && message.data === undefined) return { status: 200, result: 'probe' };
  const key = await signingKey(subscription, path, timestamp, signature);
  if (key === undefined) return { status: 401, result: 'unauthorized' };
  const messageType = message.message_type ?? '';
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: process.env[queueOfType[messageType] ?? 'ALARMS_QUEUE_URL'],
      MessageBody: text,
      MessageAttributes: {
        message_type: attribute(messageType),
        subscription: attribute(path),
        received_at: attribute(new Date().toISOString()),
        key_id: attribute(createHash('sha256').update(`callback key ${key}`).digest('hex').slice(0, 8)),
        message_id: attribute(/"message_id"\s*:\s*"?(\d+)/.exec(text)?.[1] ?? ''),
      },
    }),
  );
  return { status: 200, result: 'queued' };
}

const attribute = (value: string) => ({ DataType: 'String', StringValue: value });

async function signingKey(
  subscription: string,
  path: string,
  timestamp: string | undefined,
  signature: string | undefined,
): Promise<string | undefined> {
  if (timestamp === undefined || signature === undefined) return undefined;
  const window = Number(process.env['SIGNATURE_WINDOW_SECONDS']);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > window) return undefined;
  const given = Buffer.from(signature, 'hex');
  const keys = (await readKeys())[subscription] ?? [];
  return keys.find((key) => {
    const url = `${process.env['CALLBACK_BASE_URL']}/callbacks/${path}`;
    const expected = createHash('sha256').update(`${url}|${timestamp}|${key}`).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

async function readKeys() {
  if (known === undefined || Date.now() - known.readAtMs > keysFreshMs) {
    const { SecretString = '{}' } = await secrets.send(
      new GetSecretValueCommand({ SecretId: process.env['CALLBACK_KEYS_SECRET_ID'] }),
    );
    known = { keys: JSON.parse(SecretString) as { [subscription: string]: string[] }, readAtMs: Date.now() };
  }
  return known.keys;
}
