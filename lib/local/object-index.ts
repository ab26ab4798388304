import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export type KeyQuery = {
  prefix: string;
  /** A key or common prefix behind which the page begins; empty for the first page. */
  after: string;
  /** Keys that have it behind the prefix are told up to it alone, and once; empty for none. */
  delimiter: string;
  /** Of keys and common prefixes together. */
  limit: number;
};
export type KeyPage = { keys: string[]; commonPrefixes: string[]; isTruncated: boolean };

/** The keys of all buckets, in the order of S3: by code point. */
export type ObjectIndex = {
  add(bucket: string, key: string): void;
  delete(bucket: string, key: string): void;
  has(bucket: string, key: string): boolean;
  count(bucket: string): number;
  page(bucket: string, query: KeyQuery): KeyPage;
  /** Does all that is in it at once, which for many keys is faster by far. */
  inOneGo(work: () => void): void;
  close(): void;
};

/** Behind every key that begins with the text before it. */
const last = '\u{10FFFF}';

/**
 * Opens an index in a file of its own, so that the memory it takes does not grow with the keys, and empty: what is on disk
 * beside it may have been changed without it. Any method throws where the file can't be written, as on a full disk, and
 * leaves the index as it was.
 */
export function openObjectIndex(file: string): ObjectIndex {
  rmSync(file, { force: true });
  const database = new DatabaseSync(file);
  // Nobody reads it after a crash.
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE');
  database.exec('CREATE TABLE keys (bucket TEXT, key TEXT, PRIMARY KEY (bucket, key)) WITHOUT ROWID');
  const insert = database.prepare('INSERT OR IGNORE INTO keys VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM keys WHERE bucket = ? AND key = ?');
  const find = database.prepare('SELECT 1 FROM keys WHERE bucket = ? AND key = ?');
  const count = database.prepare('SELECT count(*) AS keys FROM keys WHERE bucket = ?');
  // One bound, and not two: SQLite searches by one alone, and would read all that the other leaves out.
  const next = database.prepare('SELECT key FROM keys WHERE bucket = ? AND key >= max(?, ?) ORDER BY key LIMIT 1');

  const nextKey = (bucket: string, prefix: string, after: string): string | undefined => {
    const key = next.get(bucket, prefix, `${after}\0`)?.['key'];
    return typeof key === 'string' && key.startsWith(prefix) ? key : undefined;
  };
  return {
    add: (bucket, key) => {
      insert.run(bucket, key);
    },
    delete: (bucket, key) => {
      remove.run(bucket, key);
    },
    has: (bucket, key) => find.get(bucket, key) !== undefined,
    count: (bucket) => Number(count.get(bucket)?.['keys']),
    page: (bucket, { prefix, after, delimiter, limit }) => {
      const page: KeyPage = { keys: [], commonPrefixes: [], isTruncated: false };
      let key = nextKey(bucket, prefix, after);
      while (key !== undefined) {
        const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        const common = end === -1 ? undefined : key.slice(0, end + delimiter.length);
        const isTold = common !== undefined && after.startsWith(common);
        if (!isTold && page.keys.length + page.commonPrefixes.length === limit) return { ...page, isTruncated: true };
        if (common === undefined) page.keys.push(key);
        else if (!isTold) page.commonPrefixes.push(common);
        key = nextKey(bucket, prefix, common === undefined ? key : `${common}${last}`);
      }
      return page;
    },
    inOneGo: (work) => {
      database.exec('BEGIN');
      work();
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
}
