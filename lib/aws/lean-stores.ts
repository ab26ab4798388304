import { hash } from 'node:crypto';
import { type AuthKeys, authKeysIn } from '#lib/callback/auth-keys.ts';
import { TransientError } from '#lib/errors.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { textMember } from '#lib/json/text-member.ts';
import type { AskAws } from './lean-client.ts';
import { unexpectedContent, unlessEmpty } from './secret-content.ts';
import { textAttributes } from './text-attributes.ts';

/** As the sender of the SDK: sends a message with text attributes; rejects when SQS has not confirmed it in time. */
export const createLeanSender =
  (ask: AskAws) =>
  async (
    queueUrl: string,
    body: string,
    attributes: { [name: string]: string | undefined },
    timeoutMs: number,
  ): Promise<void> => {
    const MessageAttributes = textAttributes(attributes);
    const input = { QueueUrl: queueUrl, MessageBody: body, MessageAttributes };
    const { text } = await ask({ operation: 'SendMessage', input }, timeoutMs);
    if (textMember(text, 'MD5OfMessageBody') !== hash('md5', body)) {
      throw new TransientError('InvalidChecksumError', 'SQS has not taken what was sent');
    }
  };

/** Stores an object; rejects when S3 has not confirmed it within `timeoutMs`. */
export const createLeanPut =
  (bucket: string, ask: AskAws) =>
  async (key: string, content: Uint8Array, contentType: string, timeoutMs: number): Promise<void> => {
    const input = { Bucket: bucket, Key: key, Body: content, ContentType: contentType };
    await ask({ operation: 'PutObject', input }, timeoutMs);
  };

/** Reads the keys of callbacks; a stack that was not set up yet has none, and so takes no callback. */
export const createLeanAuthKeyReader = (secretId: string, timeoutMs: number, ask: AskAws) => {
  const read = async (): Promise<AuthKeys> => {
    const { text } = await ask({ operation: 'GetSecretValue', input: { SecretId: secretId } }, timeoutMs);
    const keys = authKeysIn(jsonOrUndefined(textMember(text, 'SecretString') ?? ''));
    if (keys === undefined) throw unexpectedContent(secretId);
    return keys;
  };
  return async (): Promise<AuthKeys> => (await unlessEmpty(read)) ?? {};
};
