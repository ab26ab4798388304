import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { ConfigError } from '#lib/errors.ts';

/** Writes JSON that only its owner can read, and whole: a reader sees the old file or the new one. */
export function writePrivateJson(path: string, value: unknown): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Reads such a file; `undefined` where there is none.
 *
 * @throws ConfigError `data-unreadable` where it holds something else
 */
export function readPrivateJson<T extends z.ZodType>(path: string, schema: T): z.output<T> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ConfigError('data-unreadable', `${path} is damaged: delete it, or use another --data`, { cause: error });
  }
}
