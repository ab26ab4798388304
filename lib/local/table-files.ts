import { createRequire } from 'node:module';

/** LevelDB, in which dynalite keeps its tables. */
type Level = { readonly location: string; open(): Promise<void> };
type LevelMethod = (this: Level, ...parameters: unknown[]) => Promise<unknown>;

const { ClassicLevel } = createRequire(createRequire(import.meta.url).resolve('dynalite'))('classic-level') as {
  ClassicLevel: { prototype: { put: LevelMethod; del: LevelMethod; batch: LevelMethod; close: LevelMethod } };
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
