import * as z from 'zod';
import type { Json } from '#lib/json/exact-json.ts';

/**
 * What IVM answers, read leniently: a number may come as a text and a text as a number, a member may be missing or null,
 * and unknown ones may be there (traps 18 and 79 of the reference).
 */
const text = z
  .union([z.string(), z.number(), z.bigint()])
  .nullish()
  .transform((value) => String(value ?? ''));

/** 4.1; `expire_time` is the remaining validity in seconds, as a text. */
export const TokenReply = z.object({
  access_token: z.string().min(1),
  expire_time: z.coerce.number().int().nonnegative(),
});

/** 10.1.3; an empty object where nothing is registered. */
export const CallbackReply = z.object({ callback_url: text, auth_key: text, update_time: text });

const Result = z.object({ code: text }).nullish();

/** 10.2.2 */
export const AlarmPicturesReply = z.object({
  alarms: z
    .array(z.object({ alarm_uuid: text, url: text, targetgroup_url: text, result: Result }))
    .nullish()
    .transform((alarms) => alarms ?? []),
});

/** 10.2.1 */
export const IntelligencePicturesReply = z.object({
  data: z
    .array(
      z.object({
        data_id: text,
        urls: z
          .array(z.object({ type: text, url: text }))
          .nullish()
          .transform((urls) => urls ?? []),
        result: Result,
      }),
    )
    .nullish()
    .transform((data) => data ?? []),
});

/** Any value, a member that is missing included. */
const present = z.unknown().optional();

/** Abilities come as a list (7.2) or as one text with commas (6.2, 7.3). */
const words = present.transform((value) => {
  const parts = Array.isArray(value) ? value : [value];
  return parts
    .filter((part) => typeof part === 'string')
    .flatMap((part) => part.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
});

/** A whole number, however it is written; `undefined` for anything else. */
const count = present
  .transform((value) => (typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value))
  .transform((value) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined));

/** Members of a list that have the form of an entry; IVM prints a single one as an object in places. */
const entries = <T extends z.ZodType>(entry: T) =>
  present.transform((value): z.output<T>[] => {
    const list = Array.isArray(value) ? value : [value];
    return list.flatMap((element) => {
      const result = entry.safeParse(element);
      return result.success ? [result.data] : [];
    });
  });

const requiredText = text.pipe(z.string().min(1));

/** 6.2 */
export const DeviceEntry = z.object({
  device_id: requiredText,
  device_name: text,
  device_type: text,
  device_state: text,
  device_system_state: text,
  access_protocol: text,
  device_ability: words,
  channel_total: count,
});
export const DevicesReply = z.object({ total: count, devices: entries(DeviceEntry) });

/** 7.2 */
export const ChannelEntry = z.object({
  device_id: requiredText,
  device_name: text,
  channel_id: requiredText,
  channel_name: text,
  channel_state: text,
  channel_system_state: text,
  channel_resource_state: words,
  channel_ability: words,
  channel_type: text,
  access_protocol: text,
});
export const ChannelsReply = z.object({ total: count, channels: entries(ChannelEntry) });

const anything = z.custom<Json | undefined>(() => true).optional();

/** 10.4.1 */
export const PeopleReply = z.object({ in: anything, out: anything });

/** 10.4.2 */
export const TimeHeatmapReply = z.object({ data: anything });

/** 10.4.3; a channel without people may have no picture at all. */
export const SpaceHeatmapReply = z.object({
  width: count.transform((value) => value ?? 0),
  height: count.transform((value) => value ?? 0),
  rawbase64: text,
});
