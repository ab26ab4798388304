import { onTestFinished } from 'vitest';
import { createIvmHttp, type IvmHttp } from '#lib/ivm/http.ts';

/** The way to a server on this machine; pauses between attempts are noted and not waited for. */
export function ivmHttp(endpoint: string): { http: IvmHttp; pauses: number[] } {
  const pauses: number[] = [];
  const http = createIvmHttp({
    endpoint,
    allowLoopback: true,
    now: () => new Date('2026-01-01T00:00:00.000Z'),
    random: () => 0.5,
    sleep: async (ms) => pauses.push(ms),
  });
  onTestFinished(() => http.close());
  return { http, pauses };
}
