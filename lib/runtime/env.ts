import * as z from 'zod';
import { isTimeZone } from '#lib/time/is-time-zone.ts';
import { wrongSettings } from './wrong-settings.ts';

/** IANA name of a time zone. */
export const timeZoneText = z.string().refine(isTimeZone, 'no IANA time zone');

/** Variables that every function has. */
export const BaseEnv = z.object({
  /** What every name of this stack begins with; the dimension of its metrics. */
  STACK: z.string().min(1),
  STAGE: z.string().min(1),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']),
  /** IANA name of the tenant's time zone; dates in keys are in it. */
  TIME_ZONE: timeZoneText,
});

/** `true` or `false`, as an environment variable spells it. */
export const flagText = z.enum(['true', 'false']).transform((text) => text === 'true');
/** A comma-separated list; empty text is the empty list, and so is `none`, since a deployment can't be given empty text. */
export const listText = z
  .string()
  .transform((text) => (text === 'none' ? [] : text.split(',').filter((item) => item !== '')));
/** A whole number of at least 1. */
export const countText = z.coerce.number().int().min(1);

/**
 * Reads a function's settings from its environment.
 *
 * @throws ConfigError that names every missing or wrong variable at once, never a value.
 */
export function readEnv<T extends z.ZodType>(schema: T, source: NodeJS.ProcessEnv = process.env): z.output<T> {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw wrongSettings(problems);
}
