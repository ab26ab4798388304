import http from 'node:http';
import { type ApiRequest, createIvmHttp } from '#lib/ivm/http.ts';
import type { OperationExample } from '#lib/ivm/operations/open-api.ts';
import { createOperationClient } from '#lib/ivm/operations/operation-client.ts';
import type { OperationName } from '#lib/ivm/operations/operations.ts';
import { createTokenCalls } from '#lib/ivm/token-calls.ts';
import { type JsonObject, parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { closeServer, listenOnLoopback } from '#lib/local/loopback-server.ts';
import { startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { type Call, callEverything } from './call-everything.ts';

export type ExampleCalls = ReadonlyMap<OperationName, OperationExample>;

const userId = '109012345678901';
const keys = { ak: 'EXAMPLE-ACCESS-KEY', sk: 'EXAMPLE-SECRET-KEY' };
/**
 * Calls every interface of a simulated IVM, and gives the first call of each: the same ones each time, with the same answers. Its
 * cameras, persons and keys are invented.
 */
export async function makeExampleCalls(): Promise<ExampleCalls> {
  const now = () => new Date('2026-01-15T04:00:00.000Z');
  const account = { userId, accessKey: keys.ak, secretKey: keys.sk };
  const simulator = await startIvmSimulator({ ...account, now, slowPictureShare: 0, cameraCount: 49 });
  const receiver = await startReceiver();
  const ivm = createIvmHttp({
    endpoint: simulator.endpoint,
    allowLoopback: true,
    now,
    random: () => 0.5,
    // None of the calls fails: there is nothing to wait for.
    sleep: async () => undefined,
  });
  const examples = new Map<OperationName, OperationExample>();
  let answer: JsonObject = {};
  const noting = {
    ...ivm,
    call: async (request: ApiRequest) => {
      answer = await ivm.call(request);
      return answer;
    },
  };
  let token = '';
  const tokens = { current: async () => token, renew: async () => token, rejected: () => undefined };
  const client = createOperationClient({ http: noting, calls: createTokenCalls(noting, tokens) }, userId);
  const call: Call = async (name, input) => {
    const reply = await client[name](input);
    if (!examples.has(name)) examples.set(name, { input: input as JsonObject, answer });
    return reply;
  };
  try {
    token = (await call('createAccessToken', keys)).access_token ?? '';
    await callEverything(call, simulator, `${receiver.origin}/callbacks/device-alarm`);
    return published(examples, [simulator.endpoint, receiver.origin]);
  } finally {
    await ivm.close();
    await receiver.close();
    await simulator.close();
  }
}

/** With addresses of nobody in place of this machine's. */
function published(examples: ExampleCalls, [ivm, receiver]: readonly [string, string]): ExampleCalls {
  const rewrite = (value: JsonObject): JsonObject =>
    parseExact(
      stringifyExact(value).replaceAll(ivm, 'https://api-ivm.example').replaceAll(receiver, 'https://bridge.example'),
    ) as JsonObject;
  return new Map(
    [...examples].map(([name, { input, answer }]) => [name, { input: rewrite(input), answer: rewrite(answer) }]),
  );
}

/** Takes the trial of a callback. */
async function startReceiver(): Promise<{ origin: string; close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.end();
  });
  const port = await listenOnLoopback(server, 0);
  return { origin: `http://127.0.0.1:${port}`, close: () => closeServer(server, 0) };
}
