import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerFailure, WorkerRequest, WorkerSetup } from './function-bootstrap.ts';
import { accountId, type FunctionDefinition } from './stack-definition.ts';

export type LocalFunction = {
  name: string;
  /**
   * Calls the handler. Event and result pass through JSON, as on Lambda: no result is `null`.
   *
   * @throws Error with the name, message and `code` of what the handler or the loading of its module threw
   * @throws FunctionTimeout
   * @throws FunctionEnded where the worker ended before it answered
   */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the worker; what still runs in it is rejected. */
  stop(): Promise<void>;
};

export type FunctionOptions = {
  /** The module that exports `handler`. */
  moduleUrl: URL;
  /** Gets what the function writes to stdout and stderr, line by line. */
  onOutput: (line: string) => void;
};

/** A handler took longer than its function may. */
export class FunctionTimeout extends Error {
  override readonly name = 'FunctionTimeout';
  readonly code = 'function-timeout';

  constructor(functionName: string, timeoutMs: number) {
    super(`${functionName} took longer than ${timeoutMs / 1000} s`);
  }
}

/** The worker of a function ended before an invocation was answered: a crash, an exit, a stop, a neighbour's time-out. */
export class FunctionEnded extends Error {
  override readonly name = 'FunctionEnded';
  readonly code = 'function-ended';
}

type Invocation = { startTimer(): void; resolve(result: unknown): void; reject(error: Error): void };
type Runner = {
  invoke(event: unknown): Promise<unknown>;
  /** Rejects what runs with `error` and ends the thread. */
  end(error: Error): void;
};

/** As much garbage as each of a score of threads may gather before it looks: by itself Node lets it be some 50 MB. */
const maxYoungGenerationSizeMb = 12;

/** Lambda allows 10 s; a small machine that loads all functions at once takes longer. */
const loadingTimeoutMs = 60_000;

/**
 * Runs one function in a worker thread, which begins with the first invocation and lasts until it fails: a failed import,
 * a crash or a time-out ends it, and the next invocation begins with a fresh one.
 *
 * Unlike on Lambda, invocations of one function run side by side in one worker, as many as the caller starts. So one that
 * takes too long or crashes ends those beside it, and module state is shared by all. Memory is not limited. As on Lambda
 * the time allowed begins once the module is loaded.
 *
 * @param environment all that the function sees as `process.env`
 */
export function startFunction(
  definition: Pick<FunctionDefinition, 'name' | 'timeoutMs' | 'memoryMb'>,
  environment: Readonly<Record<string, string>>,
  options: FunctionOptions,
): LocalFunction {
  const { name } = definition;
  let current: Runner | undefined;
  let stopped = false;
  const ending = new Set<Promise<void>>();

  const start = (): Runner => {
    const runner = startRunner(definition, environment, options, (ended) => {
      if (current === runner) current = undefined;
      ending.add(ended);
      void ended.then(() => ending.delete(ended));
    });
    return runner;
  };
  return {
    name,
    invoke: async (event) => {
      if (stopped) throw new FunctionEnded(`${name} was stopped`);
      current ??= start();
      return current.invoke(event);
    },
    stop: async () => {
      stopped = true;
      current?.end(new FunctionEnded(`${name} was stopped before it answered`));
      await Promise.all(ending);
    },
  };
}

function startRunner(
  { name, timeoutMs, memoryMb }: Pick<FunctionDefinition, 'name' | 'timeoutMs' | 'memoryMb'>,
  environment: Readonly<Record<string, string>>,
  { moduleUrl, onOutput }: FunctionOptions,
  onEnd: (ended: Promise<void>) => void,
): Runner {
  const functionName = environment['AWS_LAMBDA_FUNCTION_NAME'] ?? name;
  const setup: WorkerSetup = {
    moduleUrl: moduleUrl.href,
    functionName,
    functionArn: `arn:aws:lambda:${environment['AWS_REGION'] ?? 'us-east-1'}:${accountId}:function:${functionName}`,
    memoryMb,
    timeoutMs,
  };
  const worker = new Worker(new URL('function-bootstrap.ts', import.meta.url), {
    name,
    workerData: setup,
    env: { ...environment },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb },
    stdout: true,
    stderr: true,
  });
  const invocations = new Map<number, Invocation>();
  let lastId = 0;
  let loaded = false;
  let ended = false;

  const closed = async (): Promise<void> => {
    await Promise.all([worker.terminate(), ...outputs]);
  };
  const end = (error: Error): void => {
    if (ended) return;
    ended = true;
    clearTimeout(loadingTimer);
    for (const { reject } of invocations.values()) reject(error);
    invocations.clear();
    onEnd(closed());
  };
  const loadingTimer = setTimeout(
    () => end(new FunctionTimeout(`Loading ${name}`, loadingTimeoutMs)),
    loadingTimeoutMs,
  );
  const outputs = [worker.stdout, worker.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onOutput(line);
  });

  worker.on('message', (answer: WorkerAnswer) => {
    switch (answer.kind) {
      case 'loaded':
        clearTimeout(loadingTimer);
        loaded = true;
        for (const { startTimer } of invocations.values()) startTimer();
        break;
      case 'unusable':
        // Only a new thread imports anew: Node keeps the failure of a module for as long as the thread lives.
        end(toError(answer.failure));
        break;
      case 'result':
        invocations.get(answer.id)?.resolve(JSON.parse(answer.resultJson));
        break;
      case 'failure':
        invocations.get(answer.id)?.reject(toError(answer.failure));
        break;
    }
  });
  worker.on('error', (cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    end(new FunctionEnded(`${name} crashed: ${reason}`, { cause }));
  });
  worker.on('exit', (exitCode) => end(new FunctionEnded(`${name} exited with code ${exitCode} before it answered`)));

  return {
    end,
    invoke: async (event) => {
      const id = ++lastId;
      const request: WorkerRequest = { id, eventJson: JSON.stringify(event) ?? 'null' };
      const invocation = Promise.withResolvers<unknown>();
      let timer: NodeJS.Timeout | undefined;
      const startTimer = (): void => {
        timer = setTimeout(() => {
          invocation.reject(new FunctionTimeout(name, timeoutMs));
          end(new FunctionEnded(`${name} was ended since another invocation took longer than ${timeoutMs / 1000} s`));
        }, timeoutMs);
      };
      invocations.set(id, { ...invocation, startTimer });
      if (loaded) startTimer();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(request);
      try {
        return await invocation.promise;
      } finally {
        clearTimeout(timer);
        invocations.delete(id);
      }
    },
  };
}

const toError = ({ name, message, code, stack }: WorkerFailure): Error =>
  Object.assign(new Error(message), { name }, code === undefined ? {} : { code }, stack === undefined ? {} : { stack });
