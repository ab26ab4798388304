import * as z from 'zod';

/**
 * Why a callback could not take its way: its content is of no use (`empty`, `not-json`, `unknown-message-type`), its clock
 * is off (`stale`), or the keys could not be read to judge it (`unverified`).
 */
const quarantineReasons = ['empty', 'not-json', 'unknown-message-type', 'stale', 'unverified', 'refused'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** The `.reason.json` beside each quarantined body: everything needed to judge and admit it later. */
export const QuarantineNote = z.object({
  reason: z.enum(quarantineReasons),
  received_at: z.string().min(1),
  subscription: z.string().min(1),
  body_sha256: z.string().length(64),
  size_bytes: z.int().min(0),
  timestamp: z.string().optional(),
  signature: z.string().optional(),
});
export type QuarantineNote = z.infer<typeof QuarantineNote>;
