import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#lib/errors.ts';

export type DataDir = {
  /** The path of something in it. */
  path(name: string): string;
  /** Lets others have it. */
  release(): void;
};

/**
 * Opens the directory in which a stack on one machine keeps everything, for this process alone.
 *
 * @throws ConfigError `data-unwritable`, `data-in-use`
 */
export function openDataDir(directory: string): DataDir {
  const lock = join(directory, 'lock');
  try {
    // Pictures of people and keys: not for everybody on this machine.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK);
    takeLock(lock);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      'data-unwritable',
      `The data directory ${directory} can't be written (${code}): choose another one with --data`,
      { cause: error },
    );
  }
  return { path: (name) => join(directory, name), release: () => rmSync(lock, { force: true }) };
}

function takeLock(lock: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = Number(readFileSync(lock, 'utf8'));
  if (holder !== process.pid && isAlive(holder)) {
    throw new ConfigError(
      'data-in-use',
      `Process ${holder} is using this data directory: stop it, or choose another one with --data`,
    );
  }
  // Left behind by a process that was killed.
  rmSync(lock, { force: true });
  writeFileSync(lock, String(process.pid), { flag: 'wx' });
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
