import * as z from 'zod';

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
