/** Works through a list with at most `limit` of it under way; one result per element, in their order. */
export async function eachLimited<T, Result>(
  list: readonly T[],
  limit: number,
  work: (element: T) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const queue = list.entries();
  const takeTurns = async (): Promise<void> => {
    for (const [index, element] of queue) {
      try {
        results[index] = { status: 'fulfilled', value: await work(element) };
      } catch (reason) {
        results[index] = { status: 'rejected', reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, takeTurns));
  return results;
}
