import { eachLimited } from '#lib/runtime/each-limited.ts';

/**
 * Like `Promise.all` over a list, with at most `limit` of it under way.
 *
 * @throws the first that failed
 */
export async function allLimited<T, Result>(
  list: readonly T[],
  limit: number,
  work: (element: T) => Promise<Result>,
): Promise<Result[]> {
  return (await eachLimited(list, limit, work)).map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
