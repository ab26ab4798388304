import type { TokenCalls } from '../token-calls.ts';
import type { InputOf, Operation, ReplyOf } from './operation.ts';
import { uncheckedRequest } from './operation-request.ts';

/**
 * Calls operations as the product itself does: with inputs as they are, and answers read as they are declared.
 *
 * It takes the operation, not its name alone: whoever calls a few loads the chapters of those. The schemas of all would add a
 * fifth to what a function takes to load.
 */
export const operationCaller =
  (calls: TokenCalls, userId: string) =>
  <Op extends Operation>(name: string, operation: Op, input: InputOf<Op>): Promise<ReplyOf<Op>> =>
    calls.call<Op['reply']>(operation.reply, uncheckedRequest(name, operation, userId, input));
