/** Runs inside the worker thread of one function: loads it, and answers what function-worker.ts asks. */
import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

export type WorkerSetup = {
  moduleUrl: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  timeoutMs: number;
};
/** Events and results travel as JSON text, so that a function sees here what it would see on Lambda. */
export type WorkerRequest = { id: number; eventJson: string };
export type WorkerFailure = { name: string; message: string; code?: string; stack?: string };
export type WorkerAnswer =
  | { kind: 'loaded' }
  | { kind: 'unusable'; failure: WorkerFailure }
  | { kind: 'result'; id: number; resultJson: string }
  | { kind: 'failure'; id: number; failure: WorkerFailure };

type Handler = (event: unknown, context: object) => unknown;

const setup: WorkerSetup = workerData;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const answer = (message: WorkerAnswer): void => parentPort?.postMessage(message);

try {
  const handler = await loadHandler();
  parentPort?.on('message', (request: WorkerRequest) => {
    void handle(handler, request);
  });
  answer({ kind: 'loaded' });
} catch (error) {
  answer({ kind: 'unusable', failure: toFailure(error) });
}

async function loadHandler(): Promise<Handler> {
  const module: { handler?: Handler } = await import(setup.moduleUrl);
  if (typeof module.handler !== 'function')
    throw new TypeError(`${setup.functionName} exports no function named handler`);
  return module.handler;
}

async function handle(handler: Handler, request: WorkerRequest): Promise<void> {
  const outcome = await run(handler, request);
  // What is written but not yet handed over is lost when the thread is ended.
  await Promise.all([process.stdout, process.stderr].map(flush));
  answer(outcome);
}

async function run(handler: Handler, { id, eventJson }: WorkerRequest): Promise<WorkerAnswer> {
  try {
    const result: unknown = await handler(JSON.parse(eventJson), createContext());
    return { kind: 'result', id, resultJson: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { kind: 'failure', id, failure: toFailure(error) };
  }
}

async function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
}

function createContext(): object {
  const startedMs = performance.now();
  return {
    awsRequestId: randomUUID(),
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(setup.timeoutMs - (performance.now() - startedMs))),
  };
}

function toFailure(error: unknown): WorkerFailure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}
