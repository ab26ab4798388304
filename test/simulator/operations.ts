import { createOperationClient, type OperationClient } from '#lib/ivm/operations/operation-client.ts';
import { createTokenCalls } from '#lib/ivm/token-calls.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { ivmHttp } from '../ivm/ivm-http.ts';
import { tokenOf, userId } from './simulated-ivm.ts';

/** The client of all interfaces, with a token of the simulated IVM. */
export async function operationsOf(simulator: IvmSimulator): Promise<OperationClient> {
  const token = await tokenOf(simulator);
  const { http } = ivmHttp(simulator.endpoint);
  const tokens = { current: async () => token, renew: async () => token, rejected: () => undefined };
  return createOperationClient({ http, calls: createTokenCalls(http, tokens) }, userId);
}
