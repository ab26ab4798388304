import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Provisioning } from '#lib/aws/provisioning.ts';
import { QuarantineNote } from '#lib/callback/quarantine-note.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import { type Item, integerOf, textOf } from '#lib/events/attribute.ts';
import type { StackFile } from '#lib/local/stack.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';

/** A message as its sender remembers it. Without its body: of a hundred thousand those would not fit. */
export type SentMessage = Pick<OutgoingMessage, 'messageId' | 'messageType' | 'picturesWanted'> & {
  bodySha256: string;
  isAcknowledged: boolean;
};

/** What is to be remembered of a message that was sent. */
export const remembered = (
  { messageId, messageType, picturesWanted, body }: OutgoingMessage,
  isAcknowledged: boolean,
): SentMessage => ({ messageId, messageType, picturesWanted, bodySha256: sha256Hex(body), isAcknowledged });

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
  const keys = await listKeys(stores, place.bucket);
  const events = await readEvents(stores, place.tables['events'] ?? '', keys);
  const raw = await readRaw(stores, place.bucket, keys);
  const quarantined = await readQuarantine(stores, place.bucket, keys);
  const deadLetters = await takeDeadLetters(stores, place.deadLetterQueues);
  const deadBodies = new Set(deadLetters.map(({ body }) => sha256Hex(Buffer.from(body))));
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
    const hash = message.bodySha256;
    const named = `${message.messageType} ${message.messageId}`;
    const found = events.get(`${message.messageId}#${hash.slice(0, 8)}`);
    const [place, ...others] = found?.places ?? [];
    const lines = raw.get(hash) ?? [];
    const spill = spilled.get(hash.slice(0, 16));
    if (others.length > 0) problems.push(`${named} is in the table ${1 + others.length} times`);
    ledger.duplicatesAbsorbed += Math.max(0, lines.length - 1);
    if (spill !== undefined && !deadSpills.has(hash.slice(0, 16))) {
      problems.push(place === undefined ? `${named} still waits in ${spill}` : `${spill} was not cleared away`);
    }
    if (!message.isAcknowledged) {
      ledger.storedWithoutAnswer += Number(place !== undefined);
      continue;
    }
    ledger.acknowledged += 1;
    if (found === undefined || place === undefined) {
      if (deadBodies.has(hash) || deadSpills.has(hash.slice(0, 16))) ledger.deadLettered += 1;
      else if (quarantined.has(hash)) ledger.quarantined += 1;
      else if (spill === undefined) {
        ledger.lost += 1;
        problems.push(`${named} is lost`);
      }
      continue;
    }
    ledger.stored += 1;
    if (lines.length === 0) problems.push(`${named} is not in the raw archive`);
    if (!lines.includes(place)) problems.push(`${named} does not stand where its event says: ${place}`);
    pictures.wanted += message.picturesWanted;
    pictures.stored += found.pictures.stored;
    for (const reason of found.pictures.missing) pictures.missing.set(reason, (pictures.missing.get(reason) ?? 0) + 1);
    problems.push(...found.pictures.problems.map((problem) => `a picture of ${named} ${problem}`));
    const unknown = message.picturesWanted - found.pictures.known;
    if (unknown > 0) problems.push(`${unknown} pictures of ${named} are not in the table`);
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

/** The hash in the key of a spill object. */
const spillHash = (key: string): string => /-([0-9a-f]{16})\.json$/.exec(key)?.[1] ?? key;

/** What the table knows of a message. */
type FoundEvent = {
  /** Where its items say that it stands in the archive: one, or it was stored more than once. */
  places: string[];
  pictures: {
    stored: number;
    /** Reasons. */
    missing: string[];
    /** How many of those that the sender has pictures for are there. */
    known: number;
    problems: string[];
  };
};

/** What the table knows of each message, by its id and the beginning of its hash. */
async function readEvents(
  stores: Provisioning,
  table: string,
  keys: ReadonlySet<string>,
): Promise<Map<string, FoundEvent>> {
  const events = new Map<string, FoundEvent>();
  const names = ['camera', 'sk', 'status', 'reason', 's3_key', 'raw_key', 'raw_line'];
  for await (const item of stores.items(table, names)) {
    const sk = textOf(item['sk']) ?? '';
    const [, messageId, hash8, part] = sk.split('#');
    const name = `${messageId}#${hash8}`;
    const event = events.get(name) ?? { places: [], pictures: { stored: 0, missing: [], known: 0, problems: [] } };
    events.set(name, event);
    if (part === undefined) event.places.push(`${textOf(item['raw_key'])} ${integerOf(item['raw_line'])}`);
    // The pictures of a part of a message are its message's.
    else if (sk.includes('#picture#')) addPicture(event.pictures, item, keys);
  }
  return events;
}

function addPicture(pictures: FoundEvent['pictures'], item: Item, keys: ReadonlySet<string>): void {
  const status = textOf(item['status']);
  const reason = textOf(item['reason']);
  if (status === 'missing' && reason !== undefined) {
    pictures.missing.push(reason);
    pictures.known += Number(reason !== neverWanted);
    return;
  }
  pictures.known += 1;
  if (status === 'stored') {
    pictures.stored += 1;
    const key = textOf(item['s3_key']) ?? '';
    if (!keys.has(key)) pictures.problems.push(`is stored, and ${key} is not there`);
  } else pictures.problems.push(`is neither stored nor missing: ${status} ${reason ?? ''}`);
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

const readsAtOnce = 8;

/** Where each body stands in the archive, by its hash: `<key> <line>`. */
async function readRaw(
  stores: Provisioning,
  bucket: string,
  keys: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>();
  const rawKeys = [...keys].filter((key) => key.startsWith('raw/'));
  const results = await eachLimited(rawKeys, readsAtOnce, async (key) => {
    const lines = gunzipSync(await readObject(stores, bucket, key))
      .toString()
      .split('\n')
      .slice(0, -1);
    for (const [number, line] of lines.entries()) {
      const hash = sha256Hex(readRawLine(line).body);
      places.set(hash, [...(places.get(hash) ?? []), `${key} ${number}`]);
    }
  });
  for (const result of results) if (result.status === 'rejected') throw result.reason;
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
