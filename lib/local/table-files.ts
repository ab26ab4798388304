import { createRequire } from 'node:module';

/** LevelDB, in which dynalite keeps its tables. */
type Level = { readonly location: string; open(): Promise<void> };
type LevelIterator = { close(): Promise<void>; return?: () => Promise<void> };
type LevelIteration = (this: Level, ...parameters: unknown[]) => LevelIterator;
type LevelMethod = (this: Level, ...parameters: unknown[]) => Promise<unknown>;

const { ClassicLevel } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('classic-level') as {
  ClassicLevel: {
    prototype: { [name in 'put' | 'del' | 'batch' | 'close']: LevelMethod } & {
      [name in 'keys' | 'values']: LevelIteration;
    };
  };
};

/** How DynamoDB says that it has failed by itself. */
export const internalError = {
  statusCode: 500,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'The tables could not be written' },
};

/** Those of which a write has failed, by their directory. */
const broken = new Map<string, Level>();

for (const name of ['put', 'del', 'batch'] as const) {
  const write = ClassicLevel.prototype[name];
  ClassicLevel.prototype[name] = async function guarded(...parameters) {
    try {
      const result = await write.apply(this, parameters);
      // It stands behind half a record in the log, and LevelDB forgets what stands there when it is opened again.
      if (broken.has(this.location)) throw new Error('A write before this one has failed');
      return result;
    } catch (cause) {
      broken.set(this.location, this);
      // With a status dynalite answers with the error; without it throws, and ends us all.
      throw Object.assign(new Error(internalError.body.message, { cause }), internalError);
    }
  };
}

for (const name of ['keys', 'values'] as const) {
  const iterate = ClassicLevel.prototype[name];
  ClassicLevel.prototype[name] = function closable(...parameters) {
    const iterator = iterate.apply(this, parameters);
    // dynalite calls it at the end of every query, and classic-level 3 has none: each query would leave an iterator open, which
    // holds on to a snapshot, for as long as the process lives.
    iterator.return = () => iterator.close();
    return iterator;
  };
}

/** Whether a write has failed there, as on a full disk: nothing that is written is durable until `reopen` has succeeded. */
export const isBroken = (directory: string): boolean => broken.has(directory);

/**
 * Opens tables again that are broken: LevelDB takes over what it has confirmed, and begins a new log. No request may be
 * under way.
 *
 * @throws Error where there still is no room for it; it may be tried again
 */
export async function reopen(directory: string): Promise<void> {
  const level = broken.get(directory);
  if (level === undefined) return;
  // dynalite's own `close` would be for ever.
  await ClassicLevel.prototype.close.call(level);
  await level.open();
  broken.delete(directory);
}
