import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes an empty directory of its own, which whoever asked for it removes. */
export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'ivm-bridge-'));
