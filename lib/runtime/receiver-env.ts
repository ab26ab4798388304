import type * as z from 'zod';
import type { ReceiveCallbackEnv } from './function-env.ts';
import { wrongSettings } from './wrong-settings.ts';

type Settings = z.output<typeof ReceiveCallbackEnv>;
/** What a variable becomes; `undefined` where it is missing or wrong. */
type Read<T> = (text: string | undefined) => T | undefined;

const name: Read<string> = (text) => text || undefined;
const flag: Read<boolean> = (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
const count: Read<number> = (text) =>
  Number.isSafeInteger(Number(text)) && Number(text) >= 1 ? Number(text) : undefined;
const url: Read<string> = (text) => {
  const trimmed = text?.trim() ?? '';
  return URL.canParse(trimmed) ? trimmed.replaceAll(/[\t\n\r]/g, '') : undefined;
};
const baseUrl: Read<string> = (text) => {
  const read = /^\s*https?:\/\//i.test(text ?? '') ? url(text) : undefined;
  return read?.endsWith('/') ? undefined : read;
};
const logLevel: Read<Settings['LOG_LEVEL']> = (text) =>
  (['debug', 'info', 'warn', 'error'] as const).find((level) => level === text);

const variables: { readonly [variable in keyof Settings]: Read<Settings[variable]> } = {
  STACK: name,
  STAGE: name,
  LOG_LEVEL: logLevel,
  TIME_ZONE: name,
  CALLBACK_BASE_URL: baseUrl,
  CALLBACK_KEYS_SECRET_ID: name,
  SIGNATURE_WINDOW_SECONDS: count,
  ALLOW_UNSIGNED: flag,
  BUCKET: name,
  ALARMS_QUEUE_URL: url,
  DEVICES_QUEUE_URL: url,
  INTELLIGENCE_QUEUE_URL: url,
};

/**
 * Reads the settings of receive-callback as `readEnv(ReceiveCallbackEnv)` does, by checks of its own: loading the library of
 * schemas would take longer than all else in a cold start. Whether there is such a time zone it does not check: that loads
 * the calendars, which takes a third of one.
 *
 * @throws ConfigError that names every missing or wrong variable at once, never a value.
 */
export function readReceiverEnv(source: NodeJS.ProcessEnv = process.env): Settings {
  const read = Object.entries(variables).map(([variable, reader]) => [variable, reader(source[variable])] as const);
  const problems = read.filter(([, value]) => value === undefined).map(([variable]) => `${variable}: missing or wrong`);
  if (problems.length > 0) throw wrongSettings(problems);
  return Object.fromEntries(read) as Settings;
}
