import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, errorCode, errorMessage } from '#lib/errors.ts';
import { type CliOptions, readCliOptions, usage } from './cli-options.ts';
import { type CountReport, countStored, renderReport } from './count-run.ts';
import { type Counters, createCounters, createStatusLine, progressBar, type StatusLine } from './progress.ts';
import { createSentLedger } from './sent-ledger.ts';
import { type Stack, startStack } from './stack.ts';

/** What a command reads from and writes to. */
export type Terminal = {
  argv: readonly string[];
  environment: { readonly [name: string]: string | undefined };
  stdout: { write(text: string): unknown };
  stderr: { isTTY?: boolean; columns?: number; write(text: string): unknown };
  /** Calls back at Ctrl-C and when the process is asked to end; gives back how to stop listening. */
  onInterrupt: (listener: () => void) => () => void;
};

const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const showEveryMs = 100;
const stopDrainMs = 10_000;
/** A run whose sums don't move for this long has come to its end, whatever is left. */
const stalledMs = 120_000;

/**
 * The runner for one machine: `npm start`.
 *
 * @returns the exit status: 0 only if everything sent is stored; 1 if not, or if it could not start; 2 for a wrong
 * command line; 130 where a run with a count was interrupted
 */
export async function main(terminal: Terminal): Promise<number> {
  const status = createStatusLine(terminal.stderr, () => new Date());
  try {
    const options = readCliOptions(terminal.argv, terminal.environment);
    if (options === 'help') {
      terminal.stdout.write(`${usage}\n`);
      return exitCodes.ok;
    }
    return await run(options, terminal, status);
  } catch (error) {
    status.clear();
    // What the user has to change is one line; anything else is a bug, and its stack is what helps.
    const isBug = error instanceof Error && !(error instanceof AppError);
    terminal.stderr.write(`${isBug ? error.stack : errorMessage(error)}\n`);
    return errorCode(error) === 'usage' ? exitCodes.usage : exitCodes.failed;
  }
}

async function run(options: CliOptions, terminal: Terminal, status: StatusLine): Promise<number> {
  const dataDir = resolve(options.dataDir);
  const { counters, read } = createCounters();
  const functionLog = createLazyLog(`${dataDir}/functions.log`);
  const stack = await startStack({
    dataDir,
    port: options.port,
    ivm: options.ivm,
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    onOutput: (functionName, line) => {
      functionLog.write(`${functionName} ${line}\n`);
      read(line);
      if (line.startsWith('{"level":"error"')) status.print(`${functionName}: ${line}`);
    },
    onError: (what, error) => status.print(`${what}: ${errorMessage(error)}`),
  });
  const interrupted = new AbortController();
  const forget = terminal.onInterrupt(() => interrupted.abort());
  try {
    terminal.stdout.write(`${welcome(stack, options, dataDir)}\n`);
    // Its schedule would leave the first hour without devices to ask for snapshots and statistics.
    const listing = listDevices(stack, options);
    const sent = createSentLedger();
    const counts = { sent: 0, acknowledged: 0, picturesWanted: 0 };
    const ticker = setInterval(() => status.show(progress(options, counts, counters)), showEveryMs);
    try {
      const sender = options.ratePerSecond > 0 ? stack.simulator : undefined;
      await sender?.run({
        ratePerSecond: options.ratePerSecond,
        ...(options.count === undefined ? {} : { count: options.count }),
        signal: interrupted.signal,
        onDelivery: (message, { outcome }) => {
          counts.sent += 1;
          if (outcome === 'acknowledged') {
            counts.acknowledged += 1;
            counts.picturesWanted += message.picturesWanted;
          }
          // Without an end there is nothing to compare in the end.
          if (options.count !== undefined) sent.add({ ...message, isAcknowledged: outcome === 'acknowledged' });
        },
      });
      await listing;
      await settle(stack, options, interrupted.signal, () => JSON.stringify(counters));
    } finally {
      clearInterval(ticker);
      status.clear();
    }
    if (options.count === undefined) return exitCodes.ok;
    const report = await countStored(stack.stores, stack.file.tables['events'] ?? '', sent, await stack.deadLetters());
    terminal.stdout.write(`${renderReport(report)}\n`);
    return exitStatus(report, options.count, interrupted.signal);
  } finally {
    forget();
    await stack.stop();
    await functionLog.close();
  }
}

async function listDevices(stack: Stack, { count, ivm }: CliOptions): Promise<void> {
  if (count !== undefined || ivm.kind === 'none') return;
  // The function has told of its failure itself, and the next hour brings another try.
  await stack.invoke('sync-inventory', {})?.catch(() => undefined);
}

/** Lets everything under way come to its end: all of it with a count, and after Ctrl-C what ten seconds allow. */
async function settle(stack: Stack, options: CliOptions, interrupted: AbortSignal, progressMark: () => string) {
  if (options.count === undefined && !interrupted.aborted) {
    await new Promise<void>((done) => {
      interrupted.addEventListener('abort', () => done(), { once: true });
    });
  }
  if (interrupted.aborted) {
    await stack.drain(AbortSignal.timeout(stopDrainMs));
    return;
  }
  const stalled = new AbortController();
  let mark = progressMark();
  const watch = setInterval(() => {
    if (mark === progressMark()) stalled.abort();
    mark = progressMark();
  }, stalledMs);
  try {
    await stack.drain(AbortSignal.any([interrupted, stalled.signal]));
  } finally {
    clearInterval(watch);
  }
}

function exitStatus({ problems, total }: CountReport, count: number, interrupted: AbortSignal): number {
  if (interrupted.aborted) return exitCodes.interrupted;
  return problems.length === 0 && total.sent === count ? exitCodes.ok : exitCodes.failed;
}

function progress(
  { count }: CliOptions,
  { sent, acknowledged, picturesWanted }: { sent: number; acknowledged: number; picturesWanted: number },
  { stored, picturesStored, picturesMissed }: Counters,
): string {
  const numbers = `sent ${sent}  acknowledged ${acknowledged}  stored ${stored}  pictures ${picturesStored}  missed ${picturesMissed}`;
  if (count === undefined) return numbers;
  return `${progressBar(stored + picturesStored + picturesMissed, count + picturesWanted)}  ${numbers}`;
}

function welcome({ file, registered }: Stack, options: CliOptions, dataDir: string): string {
  const { baseUrl, localUrl, aws, ivm } = file;
  const foreign = registered.filter(({ outcome }) => outcome === 'foreign').map(({ subscription }) => subscription);
  const publicUrl = options.publicUrl ?? baseUrl;
  return [
    'ivm-bridge on this machine',
    `  dashboard  ${localUrl}/`,
    `  callbacks  ${publicUrl}/callbacks/{subscription}`,
    `  IVM        ${ivmLine(options, ivm.endpoint, registered.length)}`,
    `  functions  POST ${localUrl}/_local/invoke/{function}`,
    `  SQS, S3    ${aws.sqs}`,
    `  DynamoDB   ${aws.dynamodb}`,
    `  data       ${dataDir} (stack.json says how to reach everything, functions.log is what the functions say)`,
    ...(foreign.length === 0
      ? []
      : [`  ! Another URL is registered for ${foreign.join(', ')}: it was left alone, and these messages go there.`]),
    sendingLine(options),
  ].join('\n');
}

function ivmLine({ ivm }: CliOptions, endpoint: string, registered: number): string {
  switch (ivm.kind) {
    case 'simulated':
      return `${endpoint} (simulated)`;
    case 'none':
      return 'none: callbacks come from elsewhere, and nobody can be asked for pictures';
    case 'remote':
      return registered === 0
        ? `${endpoint} (nothing registered: it can't reach this machine; give --public-url)`
        : endpoint;
    default:
      return ivm satisfies never;
  }
}

function sendingLine({ ivm, count, ratePerSecond }: CliOptions): string {
  if (ivm.kind !== 'simulated' || ratePerSecond === 0) return 'Waiting for callbacks; Ctrl-C stops.';
  if (count !== undefined) return `Sending ${count} messages.`;
  return `Sending ${ratePerSecond} messages per second; Ctrl-C drains and stops.`;
}

/**
 * Opened with the first line: until then the directory may not be there. Where the disk is full, lines are lost until there
 * is room again, and nothing else is.
 */
function createLazyLog(path: string) {
  let stream: ReturnType<typeof createWriteStream> | undefined;
  const open = () => {
    const opened = createWriteStream(path, { flags: 'a' });
    opened.on('error', () => {
      if (stream === opened) stream = undefined;
    });
    return opened;
  };
  return {
    write: (text: string) => {
      stream ??= open();
      stream.write(text);
    },
    close: async (): Promise<void> => {
      await new Promise<void>((done) => {
        if (stream === undefined) done();
        else stream.end(done);
      });
    },
  };
}
