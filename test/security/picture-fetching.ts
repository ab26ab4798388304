import { onTestFinished } from 'vitest';
import { createIvmClient } from '#lib/ivm/client.ts';
import { createIvmHttp } from '#lib/ivm/http.ts';
import type { Resolve } from '#lib/ivm/public-address.ts';
import { type Fetched, fetchPicture } from '#lib/pictures/fetch-picture.ts';
import { createPictureOrigins } from '#lib/pictures/picture-origins.ts';

export const token = 'TOKEN-0123456789abcdef';

/**
 * Pictures as `store-pictures` fetches them: the real HTTP client, the real judgement of addresses and origins. Unless
 * told otherwise as on AWS, where this machine is no place for a picture to come from.
 */
export function pictureFetching(
  options: { endpoint?: string; allowLoopback?: boolean; resolve?: Resolve; configured?: readonly string[] } = {},
) {
  const { endpoint = 'https://api-ivm.example', allowLoopback = false, resolve, configured = [] } = options;
  const now = () => new Date('2026-01-01T00:00:00.000Z');
  const http = createIvmHttp({
    endpoint,
    allowLoopback,
    ...(resolve === undefined ? {} : { resolve }),
    now,
    random: () => 0,
    sleep: async () => undefined,
  });
  onTestFinished(() => http.close());
  const ivm = createIvmClient(http, '109010000000000001', {
    current: async () => token,
    renew: async () => token,
    rejected: () => undefined,
  });
  const nothing = async () => undefined;
  const origins = createPictureOrigins({
    apiOrigin: http.origin,
    configured,
    origins: { learned: async () => [], learn: nothing, refuse: nothing },
    now,
  });
  return {
    http,
    ivm,
    origins,
    /** As a message says it. */
    fetch: (url: string): Promise<Fetched> =>
      fetchPicture({ ivm, origins }, { url, isFromApi: false, isOfAlarm: false }),
    /** As the API has just named it, which makes its origin a known one: only its address is still judged. */
    fetchNamed: (url: string): Promise<Fetched> =>
      fetchPicture({ ivm, origins }, { url, isFromApi: true, isOfAlarm: false }),
  };
}
