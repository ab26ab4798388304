import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Provisioning } from '#lib/aws/provisioning.ts';
import { QuarantineNote } from '#lib/callback/quarantine-note.ts';
import { RawLine } from '#lib/callback/raw-line.ts';
import { type Item, integerOf, textOf } from '#lib/events/attribute.ts';
import type { StackFile } from '#lib/local/stack.ts';

/** A message as its sender knows it. */
export type SentMessage = {
  messageId: string;
  messageType: string;
  body: Buffer;
  picturesWanted: number;
  isAcknowledged: boolean;
};

export type Ledger = {
  sent: number;
  acknowledged: number;
  /** Acknowledged messages that are in the table once and in the raw archive. */
  stored: number;
  /** Acknowledged messages that are not in the table but in a dead-letter queue. */
  deadLettered: number;
  /** Acknowledged messages that are in quarantine. */
  quarantined: number;
  /** Acknowledged messages that are nowhere. */
  lost: number;
  /** Messages that are in the table although their sender was told that they were not taken. */
  storedWithoutAnswer: number;
  /** Lines of the raw archive beyond the first of each message: deliveries that the key of the event has absorbed. */
  duplicatesAbsorbed: number;
  pictures: { wanted: number; stored: number; missing: ReadonlyMap<string, number> };
  /** Dead letters of all queues by their code; `redrive` where SQS itself gave up. */
  deadLetters: ReadonlyMap<string, number>;
  /** What is not as it was promised, in words; empty where the promise holds. */
  problems: readonly string[];
};

type Place = Pick<StackFile, 'bucket' | 'tables' | 'deadLetterQueues'>;
type DeadLetter = {
  queue: string;
  code: string | undefined;
  reason: string | undefined;
  body: string;
  spill: string | undefined;
};

/** Pictures that IVM never had: nobody waits for them. */
const neverWanted = 'none-or-expired';

/**
 * Holds what a sender knows against what is in the stores. Everything must have come to rest; what is in dead-letter
 * queues is taken out of them, so that the next ledger begins with empty ones.
 */
export async function readLedger(stores: Provisioning, place: Place, sent: readonly SentMessage[]): Promise<Ledger> {
  const events = await readEvents(stores, place.tables['events'] ?? '');
  const keys = await listKeys(stores, place.bucket);
  const raw = await readRaw(stores, place.bucket, keys);
  const quarantined = await readQuarantine(stores, place.bucket, keys);
  const deadLetters = await takeDeadLetters(stores, place.deadLetterQueues);
  const deadBodies = new Set(deadLetters.map(({ body }) => sha256(Buffer.from(body))));
  const deadSpills = new Set(deadLetters.map(({ spill }) => spillHash(spill ?? '')));
  const spilled = new Map([...keys].filter((key) => key.startsWith('spill/')).map((key) => [spillHash(key), key]));

  const ledger = {
    sent: sent.length,
    acknowledged: 0,
    stored: 0,
    deadLettered: 0,
    quarantined: 0,
    lost: 0,
    storedWithoutAnswer: 0,
    duplicatesAbsorbed: 0,
  };
  const pictures = { wanted: 0, stored: 0, missing: new Map<string, number>() };
  const problems: string[] = [];
  for (const message of sent) {
    const hash = sha256(message.body);
    const named = `${message.messageType} ${message.messageId}`;
    const found = events.byMessage.get(`${message.messageId}#${hash.slice(0, 8)}`) ?? [];
    const lines = raw.get(hash) ?? [];
    if (found.length > 1) problems.push(`${named} is in the table ${found.length} times`);
    ledger.duplicatesAbsorbed += Math.max(0, lines.length - 1);
    if (!message.isAcknowledged) {
      ledger.storedWithoutAnswer += Number(found.length > 0);
      continue;
    }
    ledger.acknowledged += 1;
    const [event] = found;
    if (event === undefined) {
      const isDead = deadBodies.has(hash) || deadSpills.has(hash.slice(0, 16));
      const spill = spilled.get(hash.slice(0, 16));
      if (isDead) ledger.deadLettered += 1;
      else if (quarantined.has(hash)) ledger.quarantined += 1;
      else if (spill === undefined) {
        ledger.lost += 1;
        problems.push(`${named} is lost`);
      } else problems.push(`${named} still waits in ${spill}`);
      continue;
    }
    ledger.stored += 1;
    if (lines.length === 0) problems.push(`${named} is not in the raw archive`);
    const at = `${textOf(event['raw_key'])} ${integerOf(event['raw_line'])}`;
    if (!lines.includes(at)) problems.push(`${named} does not stand where its event says: ${at}`);
    settlePictures(message, events.pictures.get(textOf(event['sk']) ?? '') ?? [], { keys, pictures, problems, named });
  }
  for (const [hash, key] of spilled) {
    const message = sent.find(({ body }) => sha256(body).startsWith(hash));
    if (message !== undefined && !deadSpills.has(hash)) problems.push(`${key} was not cleared away`);
  }
  const codes = new Map<string, number>();
  for (const { queue, code, reason } of deadLetters) {
    const name = `${queue} ${code ?? 'redrive'}`;
    codes.set(name, (codes.get(name) ?? 0) + 1);
    if ((code === undefined) !== (reason === undefined))
      problems.push(`a dead letter of ${queue} has no code or no reason`);
  }
  return { ...ledger, pictures, deadLetters: codes, problems };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The hash in the key of a spill object. */
const spillHash = (key: string): string => /-([0-9a-f]{16})\.json$/.exec(key)?.[1] ?? key;

function settlePictures(
  { picturesWanted }: SentMessage,
  items: readonly Item[],
  sums: {
    keys: ReadonlySet<string>;
    pictures: Ledger['pictures'] & { missing: Map<string, number> };
    problems: string[];
    named: string;
  },
): void {
  let known = 0;
  sums.pictures.wanted += picturesWanted;
  for (const item of items) {
    const status = textOf(item['status']);
    const reason = textOf(item['reason']);
    if (status === 'stored') {
      known += 1;
      sums.pictures.stored += 1;
      const key = textOf(item['s3_key']) ?? '';
      if (!sums.keys.has(key)) sums.problems.push(`a picture of ${sums.named} is stored, and ${key} is not there`);
    } else if (status === 'missing' && reason !== undefined) {
      known += Number(reason !== neverWanted);
      sums.pictures.missing.set(reason, (sums.pictures.missing.get(reason) ?? 0) + 1);
    } else {
      known += 1;
      sums.problems.push(`a picture of ${sums.named} is neither stored nor missing: ${status} ${reason ?? ''}`);
    }
  }
  if (known < picturesWanted)
    sums.problems.push(`${picturesWanted - known} pictures of ${sums.named} are not in the table`);
}

async function readEvents(stores: Provisioning, table: string) {
  const byMessage = new Map<string, Item[]>();
  const pictures = new Map<string, Item[]>();
  const names = ['camera', 'sk', 'status', 'reason', 's3_key', 'raw_key', 'raw_line'];
  for await (const item of stores.items(table, names)) {
    const [occurredAt, messageId, hash8, part] = (textOf(item['sk']) ?? '').split('#');
    if (part === undefined) push(byMessage, `${messageId}#${hash8}`, item);
    // The pictures of a part of a message are its message's.
    else if ((textOf(item['sk']) ?? '').includes('#picture#'))
      push(pictures, `${occurredAt}#${messageId}#${hash8}`, item);
  }
  return { byMessage, pictures };
}

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  list.push(value);
}

async function listKeys({ clients }: Provisioning, bucket: string): Promise<Set<string>> {
  const keys = new Set<string>();
  let token: string | undefined;
  do {
    const page = await clients.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, ...(token === undefined ? {} : { ContinuationToken: token }) }),
    );
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.add(Key);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}

async function readObject({ clients }: Provisioning, bucket: string, key: string): Promise<Buffer> {
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** Where each body stands in the archive, by its hash: `<key> <line>`. */
async function readRaw(
  stores: Provisioning,
  bucket: string,
  keys: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>();
  for (const key of keys) {
    if (!key.startsWith('raw/')) continue;
    const lines = gunzipSync(await readObject(stores, bucket, key))
      .toString()
      .split('\n')
      .slice(0, -1);
    for (const [number, line] of lines.entries()) {
      const { body, body_base64: base64 } = RawLine.parse(JSON.parse(line));
      push(
        places,
        sha256(body === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(body)),
        `${key} ${number}`,
      );
    }
  }
  return places;
}

async function readQuarantine(stores: Provisioning, bucket: string, keys: ReadonlySet<string>): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith('quarantine/') || !key.endsWith('.reason.json')) continue;
    // A note without its body keeps nothing.
    if (!keys.has(key.slice(0, -'.reason.json'.length))) continue;
    hashes.add(QuarantineNote.parse(JSON.parse((await readObject(stores, bucket, key)).toString())).body_sha256);
  }
  return hashes;
}

async function takeDeadLetters(stores: Provisioning, queues: Place['deadLetterQueues']): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (const [queue, url] of Object.entries(queues)) {
    for (;;) {
      const records = await stores.receive('', url, 10, 0);
      if (records.length === 0) break;
      for (const { body, messageAttributes } of records) {
        const attribute = (name: string) => messageAttributes[name]?.stringValue;
        letters.push({ queue, code: attribute('code'), reason: attribute('reason'), body, spill: attribute('spill') });
      }
      await stores.delete(
        url,
        records.map(({ receiptHandle }) => receiptHandle),
      );
    }
  }
  return letters;
}

/** A ledger for people. */
export function renderLedger(title: string, ledger: Ledger, seconds: number): string {
  const { pictures, deadLetters, problems } = ledger;
  const sums = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, number]) => `${name} ${number}`).join(', ');
  return [
    `${title} (${seconds.toFixed(1)} s)`,
    `  sent ${ledger.sent}  acknowledged ${ledger.acknowledged}  stored ${ledger.stored}  in dead-letter queues ${ledger.deadLettered}  quarantined ${ledger.quarantined}  LOST ${ledger.lost}`,
    `  duplicates absorbed ${ledger.duplicatesAbsorbed}  stored without an answer ${ledger.storedWithoutAnswer}`,
    `  pictures wanted ${pictures.wanted}  stored ${pictures.stored}${pictures.missing.size === 0 ? '' : `  missing: ${sums(pictures.missing)}`}`,
    ...(deadLetters.size === 0 ? [] : [`  dead letters: ${sums(deadLetters)}`]),
    ...problems.slice(0, 20).map((problem) => `  ! ${problem}`),
    ...(problems.length > 20 ? [`  ! and ${problems.length - 20} more`] : []),
  ].join('\n');
}
