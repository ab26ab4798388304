import { gzipSync } from 'node:zlib';
import { rawBody, sha256Hex } from '#lib/callback/raw-body.ts';
import { type RawLine, readRawLine } from '#lib/callback/raw-line.ts';
import { isRetryable, PermanentError, TransientError } from '#lib/errors.ts';
import { type Item, integer, integerOf, text, textOf } from '#lib/events/attribute.ts';
import { type EventRecord, eventRecord, type RecordPicture, type RecordSettings } from '#lib/events/event-record.ts';
import { type DirtyDates, dirtyDatesOf } from '#lib/exports/dirty-dates.ts';
import { type PictureOwner, pictureJob, wantedPictureItem } from '#lib/pictures/picture-items.ts';
import type { PictureJob } from '#lib/pictures/picture-job.ts';
import type { ErasableEvent } from '#lib/privacy/erasures.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { errorFields, log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import { type ArchivedMessage, rawObjects } from './raw-archive.ts';

/** A message of an inbound queue. */
export type QueuedMessage = {
  queueMessageId: string;
  receivedAt: string;
  subscription: string;
  /** The raw body; of no meaning where `spillKey` says where the body is. */
  body: Buffer;
  spillKey?: string;
  /** Names the key that the callback was signed with. */
  keyId?: string;
};

export type EventsTable = {
  /** Writes items over what is there; one result per item, in their order. */
  putAll(items: readonly Item[]): Promise<PromiseSettledResult<void>[]>;
  /** Writes an item where none is yet; gives the one that is there otherwise. */
  putIfAbsent(item: Item): Promise<Item | undefined>;
};

export type SeenKey = { subscription: string; keyId: string };

export type StoreMessagesDeps = {
  objects: {
    put(key: string, content: Buffer, options: { contentType: string; contentEncoding?: string }): Promise<void>;
    get(key: string): Promise<Buffer | undefined>;
    delete(key: string): Promise<void>;
  };
  events: EventsTable;
  /** What became of spilled callbacks, so that a second pointer to a finished one is known to be done. */
  spills: {
    isStored(key: string): Promise<boolean>;
    markStored(key: string, camera: string, sk: string): Promise<void>;
    /** The message goes to its dead-letter queue: `recover-spill` need not send it again. */
    giveUp(key: string): Promise<void>;
  };
  queuePictures: (jobs: readonly { body: string; messageId: string }[]) => Promise<PromiseSettledResult<void>[]>;
  /** Marks dates whose exports these events came too late for. */
  markDirty: DirtyDates['mark'];
  /** Makes of a body what the tenant wants kept of it. */
  protect: (body: Buffer) => Promise<Buffer>;
  /** Reads what was erased, as it is now; tells of an event whether it is part of that and must not come back. */
  readErasures: () => Promise<(event: ErasableEvent) => boolean>;
  /** Notes which keys callbacks are signed with; of no consequence for the messages. */
  noteKeys: (keys: readonly SeenKey[]) => Promise<void>;
  /** What else the events of a batch lead to, once they are durable; one result per event, in their order. */
  afterStored?: (records: readonly EventRecord[]) => Promise<PromiseSettledResult<void>[]>;
  settings: RecordSettings;
  metric: Metric;
  now: () => Date;
};

/**
 * Stores a batch: raw archive first, then events, then picture items, then their jobs; whoever fails on the way comes
 * again whole, and every step is the same the second time. Messages fail one by one, never for each other.
 *
 * @returns one result per message, in their order
 */
export async function storeMessages(
  deps: StoreMessagesDeps,
  messages: readonly QueuedMessage[],
): Promise<PromiseSettledResult<void>[]> {
  const batch = new Batch(deps, messages);
  await batch.each((work) => batch.open(work));
  await batch.dropErased();
  await batch.archive();
  await batch.writeEvents();
  await batch.each((work) => batch.writePictureItems(work));
  await batch.queueJobs();
  await batch.markDates();
  await batch.handOn();
  await batch.each((work) => batch.finish(work));
  await batch.giveUpSpills();
  await deps.noteKeys(
    messages.flatMap(({ subscription, keyId }) => (keyId === undefined ? [] : [{ subscription, keyId }])),
  );
  return batch.results();
}

/** One message on its way; `failure` ends it, `done` says that nothing is left to do. */
type Work = {
  readonly message: QueuedMessage;
  opened?: Opened;
  jobs: PictureJob[];
  isErased: boolean;
  done: boolean;
  failure?: { error: unknown };
};
type Opened = ArchivedMessage & { record: EventRecord; work: Work };

/** Per message, of which a batch has a hundred. */
const mostPictureItemsAtOnce = 8;

class Batch {
  readonly #deps: StoreMessagesDeps;
  readonly #works: Work[];

  constructor(deps: StoreMessagesDeps, messages: readonly QueuedMessage[]) {
    this.#deps = deps;
    this.#works = messages.map((message) => ({ message, jobs: [], isErased: false, done: false }));
  }

  /** Runs a step for every message still on its way; what it throws ends that message only. */
  async each(step: (work: Work) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#active().map(async (work) => {
        try {
          await step(work);
        } catch (error) {
          work.failure = { error };
        }
      }),
    );
  }

  /** Fetches a spilled body and turns the message into its record. */
  async open(work: Work): Promise<void> {
    const inbound = await this.#inbound(work.message);
    if (inbound === undefined) {
      work.done = true;
      return;
    }
    const record = eventRecord(inbound, this.#deps.settings);
    const line: RawLine = {
      received_at: inbound.receivedAt,
      subscription: inbound.subscription,
      message_id: record.messageId,
      message_type: record.messageType,
      body_sha256: inbound.bodySha256,
      camera: record.camera,
      sk: record.sk,
      ...rawBody(inbound.body),
    };
    work.opened = {
      queueMessageId: work.message.queueMessageId,
      messageType: record.messageType,
      line,
      record,
      work,
    };
  }

  /** The hash is that of the body as it came: whatever is kept of it, it is the same message. */
  async #inbound(message: QueuedMessage) {
    const { spillKey, receivedAt, subscription, body } = message;
    if (spillKey === undefined) {
      return { receivedAt, subscription, body: await this.#deps.protect(body), bodySha256: sha256Hex(body) };
    }
    const content = await this.#deps.objects.get(spillKey);
    if (content === undefined) {
      if (await this.#deps.spills.isStored(spillKey)) return undefined;
      throw new PermanentError('spill-missing', 'the spill object is gone and no event was stored from it');
    }
    const spilled = readRawLine(content.toString('utf8'));
    return {
      receivedAt: spilled.line.received_at,
      subscription: spilled.line.subscription,
      body: await this.#deps.protect(spilled.body),
      bodySha256: sha256Hex(spilled.body),
    };
  }

  /**
   * Lets go of what was erased meanwhile. Read for every batch: an erasure then has to wait for no more than the batches
   * that were under way when it began.
   */
  async dropErased(): Promise<void> {
    const opened = this.#opened();
    if (opened.length === 0) return;
    try {
      const isErased = await this.#deps.readErasures();
      for (const { record, work } of opened) work.isErased = isErased(erasableEvent(record));
    } catch (error) {
      for (const { work } of opened) work.failure = { error };
    }
    await this.each(async (work) => {
      if (!work.isErased) return;
      if (work.message.spillKey !== undefined) await this.#letGo(work.message.spillKey, '-', '-');
      work.done = true;
      this.#deps.metric('MessageErased', 1);
    });
  }

  async archive(): Promise<void> {
    const objects = rawObjects(this.#opened(), this.#deps.settings.timeZone);
    await Promise.all(
      objects.map(async ({ key, content, messages }) => {
        try {
          await this.#deps.objects.put(key, content, {
            contentType: 'application/x-ndjson',
            contentEncoding: 'gzip',
          });
          for (const [lineNumber, { record }] of messages.entries()) {
            record.event['raw_key'] = text(key);
            record.event['raw_line'] = integer(lineNumber);
          }
        } catch (error) {
          for (const { work } of messages) work.failure = { error };
        }
      }),
    );
  }

  async writeEvents(): Promise<void> {
    await this.each(async ({ opened }) => {
      const details = opened?.record.details;
      if (details === undefined) return;
      await this.#deps.objects.put(details.key, gzipSync(details.json), {
        contentType: 'application/json',
        contentEncoding: 'gzip',
      });
    });
    const items = this.#opened().flatMap(({ record, work }) =>
      [record.event, ...record.children].map((item) => ({ item, work })),
    );
    if (items.length === 0) return;
    const results = await this.#deps.events.putAll(items.map(({ item }) => item));
    for (const [index, { work }] of items.entries()) failOn(work, results[index]);
  }

  /** Picture items before their jobs: a crash between the two leaves a wanted item that `retry-pictures` finds. */
  async writePictureItems(work: Work): Promise<void> {
    const record = work.opened?.record;
    if (record === undefined) return;
    // A message of a thousand targets has thousands of pictures: one after the other they would outlast the function.
    const results = await eachLimited(record.pictures, mostPictureItemsAtOnce, async (picture) => {
      const owner = pictureOwner(record, picture);
      const present = await this.#deps.events.putIfAbsent(wantedPictureItem(owner, picture.wanted, this.#deps.now()));
      const isOpen = present === undefined || textOf(present['status']) === 'wanted';
      return isOpen ? pictureJob(owner, picture.wanted) : undefined;
    });
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
      if (result.value !== undefined) work.jobs.push(result.value);
    }
  }

  async queueJobs(): Promise<void> {
    const jobs = this.#active()
      .flatMap((work) => work.jobs.map((job) => ({ job, work })))
      // The earliest deadline goes first; those that can be asked for have all the time.
      .toSorted((a, b) => ((a.job.deadline ?? '~') < (b.job.deadline ?? '~') ? -1 : 1));
    if (jobs.length === 0) return;
    const results = await this.#deps.queuePictures(
      jobs.map(({ job }) => ({ body: JSON.stringify(job), messageId: job.message_id })),
    );
    for (const [index, { work }] of jobs.entries()) failOn(work, results[index]);
  }

  /** Before the message is done: an event that no export will ever show is as good as lost to those who read exports. */
  async markDates(): Promise<void> {
    const { settings, markDirty, now } = this.#deps;
    const works = this.#active().map((work) => ({
      work,
      dates: work.opened === undefined ? [] : dirtyDatesOf(work.opened.record, settings.timeZone, now()),
    }));
    const late = works.filter(({ dates }) => dates.length > 0);
    if (late.length === 0) return;
    try {
      await markDirty(late.flatMap(({ dates }) => dates));
    } catch (error) {
      for (const { work } of late) work.failure = { error };
    }
  }

  async handOn(): Promise<void> {
    const opened = this.#opened();
    if (this.#deps.afterStored === undefined || opened.length === 0) return;
    const results = await this.#deps.afterStored(opened.map(({ record }) => record));
    for (const [index, { work }] of opened.entries()) failOn(work, results[index]);
  }

  /** Only now, with everything durable, may the spilled original go. */
  async finish(work: Work): Promise<void> {
    const { opened, message } = work;
    if (opened === undefined) return;
    if (message.spillKey !== undefined) await this.#letGo(message.spillKey, opened.record.camera, opened.record.sk);
    this.#deps.metric('MessageStored', 1, { MessageType: opened.messageType });
    this.#tellDelay(opened.record);
    log.debug('message stored', { message_id: opened.record.messageId, sk: opened.record.sk });
  }

  /**
   * By the clock of the camera, whatever it says: only where that is ahead of ours nothing can be told but just this. Other
   * sources of an event's time are not its own.
   */
  #tellDelay({ occurredAt, occurredAtSource, messageType }: EventRecord): void {
    if (occurredAtSource !== 'event_time') return;
    const delayMs = this.#deps.now().getTime() - Date.parse(occurredAt);
    if (delayMs < 0) this.#deps.metric('ClockAhead');
    else this.#deps.metric('SecondsToStored', [delayMs / 1000], { MessageType: messageType });
  }

  /** Another pointer to the same object then knows that nothing is left to do. */
  async #letGo(spillKey: string, camera: string, sk: string): Promise<void> {
    await this.#deps.spills.markStored(spillKey, camera, sk);
    await this.#deps.objects.delete(spillKey);
  }

  async giveUpSpills(): Promise<void> {
    await Promise.all(
      this.#works.map(async ({ message, failure }) => {
        if (message.spillKey === undefined || failure === undefined || isRetryable(failure.error)) return;
        await this.#deps.spills.giveUp(message.spillKey).catch((error: unknown) => {
          // Then it is sent again and lands beside itself: a nuisance, no loss.
          log.warn('a spilled callback could not be given up', errorFields(error));
        });
      }),
    );
  }

  results(): PromiseSettledResult<void>[] {
    return this.#works.map(({ failure }) =>
      failure === undefined ? { status: 'fulfilled', value: undefined } : { status: 'rejected', reason: failure.error },
    );
  }

  #active(): Work[] {
    return this.#works.filter(({ done, failure }) => !done && failure === undefined);
  }

  #opened(): Opened[] {
    return this.#active().flatMap(({ opened }) => (opened === undefined ? [] : [opened]));
  }
}

/** A message as an erasure looks at it. */
export const erasableEvent = (record: EventRecord): ErasableEvent => ({
  occurredAt: record.occurredAt,
  isTimeKnown: record.occurredAtSource !== 'none',
  receivedAt: record.receivedAt,
  deviceId: record.deviceId,
  data: record.data,
});

function failOn(work: Work, result: PromiseSettledResult<void> | undefined): void {
  if (result?.status === 'fulfilled') return;
  work.failure = {
    error: result?.reason ?? new TransientError('no-result', 'a store gave no result for this message'),
  };
}

/** What a picture of a record is fetched and kept by. */
export const pictureOwner = (record: EventRecord, picture: RecordPicture): PictureOwner => ({
  camera: record.camera,
  sk: record.sk,
  messageType: record.messageType,
  messageId: record.messageId,
  hash8: record.hash8,
  deviceId: record.deviceId,
  channelId: record.channelId,
  occurredAt: record.occurredAt,
  receivedAt: record.receivedAt,
  expiresAtSeconds: integerOf(record.event['expires_at']) ?? 0,
  ...(picture.alarmUuid === undefined ? {} : { alarmUuid: picture.alarmUuid }),
  ...(picture.dataId === undefined ? {} : { dataId: picture.dataId }),
});
