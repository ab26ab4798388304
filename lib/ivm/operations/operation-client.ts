import { PermanentError } from '#lib/errors.ts';
import type { IvmHttp } from '../http.ts';
import { readReply, type TokenCalls } from '../token-calls.ts';
import type { InputOf, Operation, ReplyOf } from './operation.ts';
import { operationRequest } from './operation-request.ts';
import { type OperationName, type Operations, operations } from './operations.ts';
import type { ItemOutcome } from './reply-fields.ts';

type Members = { readonly [name: string]: unknown };

/**
 * Every interface of IVM as a function, with types from its schemas.
 *
 * A request that IVM would refuse is refused before it leaves (PermanentError `bad-input`); a refusal by IVM is an IvmRefused,
 * what passes an IvmUnavailable. A batch whose items failed is an answer like any other: see `itemOutcomes`.
 */
export type OperationClient = {
  [Name in OperationName]: (input: InputOf<Operations[Name]>) => Promise<ReplyOf<Operations[Name]>>;
};

export function createOperationClient(
  { http, calls }: { http: IvmHttp; calls: TokenCalls },
  userId: string,
): OperationClient {
  const client = Object.entries(operations).map(([name, operation]: [string, Operation]) => [
    name,
    async (input: Members) => {
      const request = operationRequest(name, operation, userId, input);
      return operation.isOpen
        ? readReply(name, operation.reply, await http.call(request))
        : calls.call(operation.reply, request);
    },
  ]);
  return Object.fromEntries(client) as OperationClient;
}

/**
 * Reads a listing to its end, a page at a time, whatever its interface counts. What is added or taken away meanwhile may shift
 * entries: one that is told twice has the same id.
 *
 * @param input of the operation, without the place to begin at; its limit is the size of a page
 * @returns pages with what is known of the total
 * @throws PermanentError `listing-too-long` where its interface does not reach the end
 */
export async function* readPages(
  client: OperationClient,
  name: OperationName,
  input: Members,
): AsyncGenerator<{ entries: readonly unknown[]; total: number | undefined; reply: Members }> {
  const { paging }: Operation = operations[name];
  if (paging === undefined) throw new TypeError(`${name} has no pages`);
  const call = client[name] as (input: Members) => Promise<Members>;
  const { counts, lastOffset = Number.POSITIVE_INFINITY, mostPerPage } = paging;
  const asked = Number(input[paging.limit] ?? mostPerPage);
  let seen = 0;
  for (let page = 0; ; page += 1) {
    const offset = counts === 'pages' ? page : Math.min(seen, lastOffset);
    // From the last offset on there is one page more, which begins with entries that were seen already.
    const known = counts === 'pages' ? 0 : seen - offset;
    if (known >= mostPerPage) throw tooLong(name, seen);
    const limit = known > 0 ? mostPerPage : asked;
    const reply = await call({ ...input, [paging.limit]: limit, [paging.offset]: offset });
    const told = membersOf(reply[paging.entries]);
    const entries = told.slice(known);
    const count = paging.total === undefined ? undefined : Number(reply[paging.total] ?? Number.NaN);
    const total = Number.isNaN(count) ? undefined : count;
    if (entries.length > 0) yield { entries, total, reply };
    seen += entries.length;
    // A total that is too small is told in places (9.7): only a page that is not full ends a listing without one.
    if (told.length < limit || entries.length === 0) return;
    if (total !== undefined && total > 0 && seen >= total) return;
  }
}

const tooLong = (name: string, seen: number) =>
  new PermanentError(
    'listing-too-long',
    `${name} lists ${seen} entries at most: what is beyond them IVM can't be asked for`,
  );

/** What became of each item of a batch; empty for operations that have no items. */
export function itemOutcomes(name: OperationName, reply: unknown): { item: Members; outcome: ItemOutcome }[] {
  const { outcomes }: Operation = operations[name];
  return outcomes
    .flatMap((list) => membersOf((reply as Members)[list]) as readonly Members[])
    .map((item) => ({ item, outcome: item['result'] as ItemOutcome }));
}

const membersOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
