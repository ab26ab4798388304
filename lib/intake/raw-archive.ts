import { hash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RawLine } from '#lib/callback/raw-line.ts';
import { PermanentError } from '#lib/errors.ts';
import { encodeId } from '#lib/events/event-keys.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

export type ArchivedMessage = {
  /** Id of the queue message, not of the callback. */
  queueMessageId: string;
  messageType: string;
  line: RawLine;
};
export type RawObject<Message extends ArchivedMessage> = {
  key: string;
  /** Gzip of one JSON line per message. */
  content: Buffer;
  /** The messages in the order of their lines, the first on line 0. */
  messages: Message[];
};

/**
 * Groups a batch into objects of the raw archive: one per message type and arrival hour (tenant zone). The name of an
 * object is a hash of its queue messages and its content is in their order, so that the same batch tried again
 * overwrites itself byte for byte.
 */
export function rawObjects<Message extends ArchivedMessage>(
  messages: readonly Message[],
  timeZone: string,
): RawObject<Message>[] {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const { date, hour } = zonedDate(new Date(message.line.received_at), timeZone);
    const folder = `raw/message_type=${encodeId(message.messageType)}/date=${date}/hour=${hour}`;
    groups.set(folder, [...(groups.get(folder) ?? []), message]);
  }
  return [...groups].map(([folder, members]) => {
    const sorted = members.toSorted((a, b) => (a.queueMessageId < b.queueMessageId ? -1 : 1));
    const batchId = hash('sha256', sorted.map(({ queueMessageId }) => queueMessageId).join('\n')).slice(0, 32);
    const lines = sorted.map(({ line }) => `${JSON.stringify(line)}\n`).join('');
    return { key: `${folder}/${batchId}.ndjson.gz`, content: gzipSync(lines), messages: sorted };
  });
}

/**
 * The lines of an object of the raw archive, with their numbers from 0.
 *
 * @throws PermanentError `bad-raw-object`
 */
export function rawLinesOf(content: Buffer): string[] {
  try {
    return gunzipSync(content)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (cause) {
    throw new PermanentError('bad-raw-object', 'the object of the raw archive cannot be unpacked', { cause });
  }
}
