import { AsyncLocalStorage } from 'node:async_hooks';
import { errorCode, errorMessage } from '#lib/errors.ts';

export type LogFields = { [field: string]: string | number | boolean | null | undefined };
type Level = 'debug' | 'info' | 'warn' | 'error';
export type Log = { [level in Level]: (message: string, fields?: LogFields) => void };

const levels: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];
const context = new AsyncLocalStorage<LogFields>();

/** Runs `work` with fields that every log line inside carries; records handled side by side never share them. */
export const withLogFields = <T>(fields: LogFields, work: () => T): T =>
  context.run({ ...context.getStore(), ...fields }, work);

/** A failure as log fields: its stable code and its text, never its input. */
export const errorFields = (error: unknown): LogFields => ({
  error_code: errorCode(error),
  error_message: errorMessage(error),
});

/** A log that writes one structured line at a time, and none below the threshold. */
export function createLog(threshold: string, writeLine: (line: string) => void, now: () => Date): Log {
  const lowest = Math.max(0, levels.indexOf(threshold));
  const at =
    (level: Level) =>
    (message: string, fields?: LogFields): void => {
      if (levels.indexOf(level) < lowest) return;
      const line = { level, time: now().toISOString(), message, ...context.getStore(), ...fields };
      writeLine(JSON.stringify(line));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The function's own log. A message is a fixed sentence; what varies goes into fields, and never a body or a secret. */
export const log: Log = createLog(
  process.env['LOG_LEVEL'] ?? 'info',
  // Not console: Lambda would put its own words before the JSON.
  (line) => process.stdout.write(`${line}\n`),
  () => new Date(),
);
