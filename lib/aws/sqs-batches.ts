import type { BatchResultErrorEntry, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { TransientError } from '#lib/errors.ts';

/** Most entries of a batch, of whatever kind. */
export const batchLimit = 10;
/** Of all messages of a batch together, and so of a single one. */
const batchLimitBytes = 1_048_576;

type Entry = {
  ReceiptHandle?: string;
  MessageBody?: string;
  MessageAttributes?: { [name: string]: MessageAttributeValue };
};
type BatchAnswer = {
  Successful?: readonly { Id?: string | undefined }[] | undefined;
  Failed?: readonly BatchResultErrorEntry[] | undefined;
};

/**
 * Gives entries to SQS in batches of as many and as large as it takes.
 *
 * @returns one result per entry, in their order; only what SQS has confirmed is fulfilled
 */
export async function inBatches<T extends Entry>(
  entries: readonly T[],
  call: (batch: (T & { Id: string })[]) => Promise<BatchAnswer>,
): Promise<PromiseSettledResult<void>[]> {
  const results: PromiseSettledResult<void>[] = [];
  for (const batch of batches(entries)) {
    const withIds = batch.map((entry, index) => ({ ...entry, Id: String(index) }));
    try {
      const { Successful = [], Failed = [] } = await call(withIds);
      const confirmed = new Set(Successful.map(({ Id }) => Id));
      const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
      results.push(
        ...withIds.map(({ Id }): PromiseSettledResult<void> => {
          if (confirmed.has(Id)) return { status: 'fulfilled', value: undefined };
          const reason = new TransientError('queue-refused', `SQS refused it: ${codes.get(Id) ?? 'unknown'}`);
          return { status: 'rejected', reason };
        }),
      );
    } catch (reason) {
      results.push(...batch.map((): PromiseSettledResult<void> => ({ status: 'rejected', reason })));
    }
  }
  return results;
}

function batches<T extends Entry>(entries: readonly T[]): T[][] {
  const made: T[][] = [];
  let current: T[] = [];
  let currentBytes = 0;
  for (const entry of entries) {
    const bytes = sizeBytes(entry);
    if (made.length === 0 || current.length === batchLimit || currentBytes + bytes > batchLimitBytes) {
      current = [];
      currentBytes = 0;
      made.push(current);
    }
    current.push(entry);
    currentBytes += bytes;
  }
  return made;
}

/** As SQS counts: names, types and values of attributes too. */
const sizeBytes = ({ MessageBody = '', MessageAttributes = {} }: Entry): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0),
    Buffer.byteLength(MessageBody),
  );
