import { createDirtyDates } from '#lib/aws/dirty-dates.ts';
import { createInboundSender } from '#lib/aws/inbound-queues.ts';
import { createRecordRules } from '#lib/aws/message-stores.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createJobQueue } from '#lib/aws/queues.ts';
import { createReplayedEvents } from '#lib/aws/replayed-events.ts';
import { createMovedMessages, createReplayedStates } from '#lib/aws/replayed-states.ts';
import type { MessageType } from '#lib/callback/subscriptions.ts';
import { createStatusLine } from '#lib/local/progress.ts';
import { messageModuleOf, messageModules } from '#lib/messages/registry.ts';
import type { OperatorEnv } from '#lib/operator/operator-env.ts';
import { type ReplayMessagesDeps, replayMessages } from '#lib/replay/replay-messages.ts';
import {
  type AdmissibleReason,
  admissibleReasons,
  type ReplayQuarantineDeps,
  replayQuarantine,
} from '#lib/replay/replay-quarantine.ts';
import { readTimeRange, type TimeRange } from '#lib/time/time-range.ts';
import { describeQuarantine, describeReplay } from './replay-texts.ts';
import { findTarget, readOptions, targetUsage, usageError } from './target.ts';
import type { Terminal } from './terminal.ts';

const usage = `Usage: ivm-bridge replay --from WHEN --to WHEN --tenant NAME [options]

Reads the raw archive once more by the code of this checkout, and shows how what it makes of each message differs from what
is stored: new columns, repaired mistakes, messages that got another key. With --apply it writes the differences. Deploy the
same version first, else what comes meanwhile is stored by the old one. Safe to run again, and to stop with Ctrl-C.

  --from WHEN          what arrived from here on: a date in the tenant's time zone, or an instant such as 2026-01-15T08:00+08:00
  --to WHEN            until here: a date, which is in it as a whole, or an instant, which is not
  --type TYPE          only messages of this message_type
  --device ID          only messages of this device, or with a part of it
  --quarantine REASON  instead of the raw archive what rests in quarantine: ${admissibleReasons.join(', ')}
  --apply              write; without it nothing is
${targetUsage}`;

const replayOptions = {
  from: { type: 'string' },
  to: { type: 'string' },
  type: { type: 'string' },
  device: { type: 'string' },
  quarantine: { type: 'string' },
  apply: { type: 'boolean' },
} as const;

const sendTimeoutMs = 10_000;

/** `ivm-bridge replay`. */
export async function runReplay(terminal: Terminal): Promise<number> {
  const values = readOptions(terminal, usage, replayOptions);
  if (values === undefined) return 0;
  const { from, to, device } = values;
  if (from === undefined || to === undefined) throw usageError('Say what to replay, with --from and --to');
  const messageType = readType(values.type);
  const reason = readReason(values.quarantine);
  if (reason !== undefined && device !== undefined) {
    throw usageError('--device is for the raw archive: nobody has read yet what rests in quarantine');
  }
  // Whatever zone the tenant has, this shows whether they are dates and instants.
  readRange({ from, to }, 'UTC');
  const { env } = await findTarget(values, terminal.environment);
  const apply = values.apply === true;
  const range = readRange({ from, to }, env.TIME_ZONE);
  const ofType = messageType === undefined ? {} : { messageType };

  const { signal, show, end } = watchRun(terminal);
  try {
    if (reason !== undefined) {
      const onProgress = (callbacks: number) => show(`${callbacks} callbacks`);
      const deps = { ...quarantineDeps(env), signal, onProgress };
      const report = await replayQuarantine(deps, { ...range, ...ofType, reason, apply });
      end();
      terminal.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : `${describeQuarantine(report)}\n`);
      return report.failed.length > 0 || report.stopped !== undefined ? 1 : 0;
    }
    const onProgress: ReplayMessagesDeps['onProgress'] = (lines, hour) =>
      show(`${lines} messages, ${hour.date} ${hour.hour}:00 ${hour.messageType}`);
    const ofDevice = device === undefined ? {} : { deviceId: device };
    const deps = { ...messagesDeps(env), signal, onProgress };
    const report = await replayMessages(deps, { ...range, ...ofType, ...ofDevice, apply });
    end();
    terminal.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : `${describeReplay(report)}\n`);
    return report.messages.failed > 0 || report.stopped !== undefined ? 1 : 0;
  } finally {
    end();
  }
}

function readType(text: string | undefined): MessageType | undefined {
  if (text === undefined) return undefined;
  const module = messageModuleOf(text);
  if (module !== undefined) return module.messageType;
  const known = messageModules.map(({ messageType }) => messageType).join(', ');
  throw usageError(`There is no message type ${text}; there are ${known}`);
}

function readReason(text: string | undefined): AdmissibleReason | undefined {
  if (text === undefined) return undefined;
  const reason = admissibleReasons.find((one) => one === text);
  if (reason !== undefined) return reason;
  const elsewhere = text === 'unverified' ? '; recover-spill judges what is unverified' : '';
  throw usageError(`--quarantine takes ${admissibleReasons.join(', ')}${elsewhere}`);
}

function readRange(ends: { from: string; to: string }, timeZone: string): TimeRange {
  try {
    return readTimeRange(ends, timeZone);
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message);
    throw error;
  }
}

/** Shows on a terminal how far a run has come, and lets Ctrl-C end it with the report so far. */
function watchRun({ stderr, onInterrupt }: Terminal) {
  const interrupted = new AbortController();
  const forget = onInterrupt(() => interrupted.abort());
  const status = createStatusLine(stderr, () => new Date());
  return {
    signal: interrupted.signal,
    show: (text: string): void => {
      if (stderr.isTTY === true) status.show(text);
    },
    end: (): void => {
      status.clear();
      forget();
    },
  };
}

const now = () => new Date();

function messagesDeps(env: OperatorEnv): Omit<ReplayMessagesDeps, 'signal' | 'onProgress'> {
  const objects = createObjectStore(env.BUCKET);
  return {
    ...createRecordRules(env),
    raw: objects,
    objects,
    events: createReplayedEvents(env.EVENTS_TABLE),
    moved: createMovedMessages(env.STATE_TABLE),
    states: createReplayedStates(env.STATE_TABLE),
    queueRetries: createJobQueue(env.PICTURE_RETRIES_QUEUE_URL),
    markDirty: createDirtyDates(env.STATE_TABLE, now).mark,
    now,
  };
}

function quarantineDeps(env: OperatorEnv): Omit<ReplayQuarantineDeps, 'signal' | 'onProgress'> {
  const bucket = createObjectStore(env.BUCKET);
  return {
    quarantine: {
      keys: bucket.keys,
      read: bucket.get,
      put: (key, content, contentType) => bucket.put(key, content, { contentType }),
      delete: bucket.delete,
    },
    send: createInboundSender(env, sendTimeoutMs),
    timeZone: env.TIME_ZONE,
    now,
  };
}
