/** Within a measured process. Imports as little as it can: what is loaded here is not loaded by the code under test. */
import { readFileSync, writeSync } from 'node:fs';
import type { Sample } from './row.ts';

const resultStream = 3;

/** CPU that this process takes meanwhile, threads and the kernel included, in µs. */
export async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * The most memory that this process had so far, in MB. On Linux what `resourceUsage` says begins with what the process
 * that started this one had.
 */
export function peakRss(): number {
  const told = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(told)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) / 1024;
}

export function report(sample: Sample): void {
  writeSync(resultStream, JSON.stringify(sample));
}

export const argument = (index: number): string => process.argv[2 + index] ?? '';
