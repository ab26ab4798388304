import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildApp } from 'fauxqs';
import { ConfigError } from '#lib/errors.ts';
// fauxqs exports none of its stores: they are taken by their files, and its version is pinned.
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
import { FileS3Persistence } from '../../node_modules/fauxqs/dist/s3/fileS3Persistence.js';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { isStoreClient } from './caller-guard.ts';
import { type ObjectIndex, openObjectIndex } from './object-index.ts';
import { fromObjectPath, toObjectPath } from './object-paths.ts';
import type { QueueContents } from './queue-metrics.ts';

export type FauxqsServer = {
  /** Base URL of both SQS and S3. */
  endpoint: string;
  /** What a queue holds; `undefined` where there is none of this name. */
  queueContents(name: string): QueueContents | undefined;
  close(): Promise<void>;
};

export type FauxqsOptions = {
  /** Directory of the queues and their messages. */
  sqsDir: string;
  /** Directory of the buckets; an object is a file. */
  s3Dir: string;
  region: string;
};

const longestBodyBytes = 256 * 1024 * 1024;
/** In place of zero, which fauxqs 2.4.1 cannot persist: it would forget the message. */
const shortestVisibilitySeconds = 0.001;

/** Query parameters whose requests fauxqs answers as S3 does; for others it would do something else than was asked for. */
const knownQuery =
  /^(?:x-id|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|marker|delete|lifecycle|attributes|renameObject|partNumber|uploadId|uploads|response-[a-z-]+|x-amz-[a-z0-9-]+)$/i;

/**
 * Starts SQS and S3 on 127.0.0.1, on any free port, and keeps everything on disk. Beyond what fauxqs does: bodies up to
 * 256 MiB, conditional puts, 501 for S3 requests that it would misunderstand, and nothing for web pages.
 *
 * @throws ConfigError `data-unreadable` when what is on disk can't be read
 */
export async function startFauxqsServer({ sqsDir, s3Dir, region }: FauxqsOptions): Promise<FauxqsServer> {
  const { messages, index, ...stores } = openStores(sqsDir, s3Dir);
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  app.removeContentTypeParser('*');
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: longestBodyBytes }, (_request, body, done) => {
    done(null, body);
  });

  app.addHook('onRequest', (request, reply, done) => {
    if (isStoreClient(request.headers)) done();
    else reply.code(403).send();
  });
  // Hooks with a callback run in one go with the handler after them: two conditional puts can't slip past each other.
  app.addHook('preHandler', (request, reply, done) => {
    if (isSqsRequest(request.headers)) {
      neverMakeVisibleAtOnce(request.body);
      done();
      return;
    }
    const { bucket, '*': key = '' } = request.params as { bucket?: string; '*'?: string };
    const query = request.query as Readonly<Record<string, string | undefined>>;
    const refuse = (status: number, code: string) => {
      const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
      reply.code(status).header('content-type', 'application/xml').send(xml);
    };
    if (bucket !== undefined && !isUnderstood(request.method, query)) return refuse(501, 'NotImplemented');
    if (request.method === 'PUT' && bucket !== undefined && key !== '' && query['partNumber'] === undefined) {
      const etag = etagOf(stores.s3Store, bucket, key);
      const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = request.headers;
      if (ifNoneMatch !== undefined && ifNoneMatch !== '*') return refuse(501, 'NotImplemented');
      if (ifNoneMatch === '*' && etag !== undefined) return refuse(412, 'PreconditionFailed');
      if (ifMatch !== undefined && etag === undefined) return refuse(404, 'NoSuchKey');
      if (ifMatch !== undefined && unquoted(etag) !== unquoted(ifMatch)) return refuse(412, 'PreconditionFailed');
    }
    done();
  });

  return {
    endpoint: await app.listen({ port: 0, host: '127.0.0.1' }),
    queueContents: (name) => contentsOf(stores.sqsStore, name),
    async close() {
      await app.close();
      messages.close();
      index.close();
    },
  };
}

function contentsOf(store: SqsStore, name: string): QueueContents | undefined {
  const messages = store.getQueueByName(name)?.inspectMessages();
  if (messages === undefined) return undefined;
  const { ready, inflight, delayed } = messages;
  let oldestMs = Infinity;
  for (const { sentTimestamp } of ready) oldestMs = Math.min(oldestMs, sentTimestamp);
  for (const { message } of inflight) oldestMs = Math.min(oldestMs, message.sentTimestamp);
  return {
    visible: ready.length,
    inFlight: inflight.length,
    delayed: delayed.length,
    ...(oldestMs === Infinity ? {} : { oldestSentAt: new Date(oldestMs) }),
  };
}

function openStores(sqsDir: string, s3Dir: string) {
  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  // Empty: queue URLs then carry the host that was asked, not a name under `localhost` that may not resolve.
  sqsStore.host = '';
  try {
    const messages = new PersistenceManager(sqsDir);
    const objects = new ObjectFiles(s3Dir);
    const index = openObjectIndex(join(s3Dir, 'keys.db'));
    const s3Store = new ObjectsOnDisk(objects, index);
    messages.loadSqsAndSns(sqsStore, snsStore);
    index.inOneGo(() => objects.loadS3(s3Store));
    // Only now, or loading would write, and writing a queue anew deletes its messages.
    sqsStore.persistence = messages;
    snsStore.persistence = messages;
    for (const queue of sqsStore.allQueues()) queue.persistence = messages;
    s3Store.persistence = objects;
    return { sqsStore, snsStore, s3Store, messages, index };
  } catch (error) {
    throw new ConfigError('data-unreadable', 'The queues and objects on disk are damaged: use another --data', {
      cause: error,
    });
  }
}

/**
 * fauxqs keeps all that it knows of every object in memory, some 1,000 bytes each: here that is read from disk when it is
 * asked for. It also sorts keys by locale and goes on by code unit, so that its pages leave keys out, and it sorts all of
 * them anew for each page; S3 does both by code point.
 */
class ObjectsOnDisk extends S3Store {
  readonly #files: ObjectFiles;
  readonly #index: ObjectIndex;

  constructor(files: ObjectFiles, index: ObjectIndex) {
    super();
    this.#files = files;
    this.#index = index;
  }

  override createBucket(name: string, type?: Parameters<S3Store['createBucket']>[1]): void {
    super.createBucket(name, type);
    const index = this.#index;
    const objects: ObjectMap = {
      get: (key) => (index.has(name, key) ? this.#files.describe(name, key) : undefined),
      set: (key) => index.add(name, key),
      delete: (key) => index.delete(name, key),
      get size() {
        return index.count(name);
      },
    };
    // oxlint-disable-next-line typescript/dot-notation -- it is private, and all that fauxqs knows of objects goes through it
    (this['buckets'] as Map<string, ObjectMap>).set(name, objects);
  }

  override listObjects(bucket: string, options: NonNullable<Parameters<S3Store['listObjects']>[1]> = {}) {
    if (!this.hasBucket(bucket)) return super.listObjects(bucket, options);
    const { prefix = '', maxKeys: limit = 1000, startAfter: after = options.marker ?? '', delimiter = '' } = options;
    const { keys, ...page } = this.#index.page(bucket, { prefix, after, delimiter, limit });
    return { ...page, objects: keys.map((key) => this.#files.describe(bucket, key)) };
  }
}

/** What fauxqs does with the objects of a bucket; what else a `Map` can do, nobody here asks of it. */
type ObjectMap = {
  get(key: string): StoredObject | undefined;
  set(key: string, object: StoredObject): void;
  delete(key: string): void;
  readonly size: number;
};

type StoredObject = Parameters<FileS3Persistence['upsertObject']>[1];

const draftEnding = '.draft';
const noContent = Buffer.alloc(0);
/** Names files as fauxqs does, which reads and deletes them. */
const fileNameOf = (path: string): string =>
  path.replaceAll(/[<>:"|?*\\%]|[^ -\u{10FFFF}]/gu, (character) => {
    return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });

class ObjectFiles extends FileS3Persistence {
  readonly #dir: string;

  constructor(dir: string) {
    super(dir);
    this.#dir = dir;
  }

  /** Whole or not at all: fauxqs writes over what is there, which a full disk or a kill would leave empty. */
  override upsertObject(bucket: string, object: StoredObject): void {
    const { body, ...meta } = { ...object, key: toObjectPath(object.key) };
    const path = this.#pathOf(bucket, meta.key);
    const files = [
      { file: `${path}.data`, content: body },
      { file: `${path}.meta.json`, content: JSON.stringify(meta) },
    ];
    mkdirSync(dirname(path), { recursive: true });
    try {
      for (const { file, content } of files) writeFileSync(`${file}${draftEnding}`, content);
    } catch (error) {
      for (const { file } of files) rmSync(`${file}${draftEnding}`, { force: true });
      throw error;
    }
    for (const { file } of files) renameSync(`${file}${draftEnding}`, file);
  }

  /** All of an object but its content. @throws Error where there is none */
  describe(bucket: string, key: string): StoredObject {
    const meta = JSON.parse(readFileSync(`${this.#pathOf(bucket, toObjectPath(key))}.meta.json`, 'utf8'));
    return { ...meta, key, lastModified: new Date(meta.lastModified), body: noContent };
  }

  override deleteObject(bucket: string, key: string): void {
    super.deleteObject(bucket, toObjectPath(key));
  }

  override renameObject(bucket: string, sourceKey: string, destinationKey: string): void {
    super.renameObject(bucket, toObjectPath(sourceKey), toObjectPath(destinationKey));
  }

  override readBody(bucket: string, key: string): Buffer {
    return super.readBody(bucket, toObjectPath(key));
  }

  override loadS3(store: S3Store): void {
    // What a killed process was about to write has never been confirmed; an empty file would keep everything from loading.
    for (const entry of readdirSync(this.#dir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const isEmpty = entry.name.endsWith('.meta.json') && statSync(path).size === 0;
      if (isEmpty || entry.name.endsWith(draftEnding)) rmSync(path);
    }
    const restore = store.restoreObject.bind(store);
    store.restoreObject = (bucket, object) => restore(bucket, { ...object, key: fromObjectPath(object.key) });
    super.loadS3(store);
    store.restoreObject = restore;
  }

  #pathOf(bucket: string, objectPath: string): string {
    return join(this.#dir, 'buckets', bucket, 'objects', fileNameOf(objectPath));
  }
}

const isSqsRequest = (headers: { 'content-type'?: string | undefined }): boolean =>
  headers['content-type']?.includes('application/x-amz-json-1.0') === true;

function neverMakeVisibleAtOnce(body: unknown): void {
  const requests = [body, ...((body as { Entries?: unknown[] } | null)?.Entries ?? [])];
  for (const request of requests as ({ VisibilityTimeout?: number; ReceiptHandle?: string } | null)[]) {
    if (request?.ReceiptHandle !== undefined && request.VisibilityTimeout === 0) {
      request.VisibilityTimeout = shortestVisibilitySeconds;
    }
  }
}

const isUnderstood = (method: string, query: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(query).every((name) => knownQuery.test(name)) &&
  // A list of uploads or of parts would be answered with objects.
  !((method === 'GET' || method === 'HEAD') && ('uploads' in query || 'uploadId' in query));

function etagOf(store: S3Store, bucket: string, key: string): string | undefined {
  try {
    return store.headObject(bucket, key).etag;
  } catch {
    return undefined;
  }
}

const unquoted = (etag: string | undefined): string | undefined => etag?.replaceAll('"', '');
