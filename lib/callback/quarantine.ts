import * as z from 'zod';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { sha256Hex } from './raw-line.ts';

/**
 * Why a callback could not take its way: its content is of no use (`empty`, `not-json`, `unknown-message-type`), its clock
 * is off (`stale`), or the keys could not be read to judge it (`unverified`).
 */
export const quarantineReasons = [
  'empty',
  'not-json',
  'unknown-message-type',
  'stale',
  'unverified',
  'refused',
] as const;
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

export type QuarantinedCallback = {
  reason: QuarantineReason;
  body: Buffer;
  receivedAt: Date;
  /** Path of the subscription it arrived at. */
  subscription: string;
  timeZone: string;
  /** The signature headers, as sent. */
  timestamp?: string;
  signature?: string;
};
export type QuarantineObject = { key: string; content: Buffer; contentType: string };

export const unverifiedPrefix = 'quarantine/unverified/';
const noteSuffix = '.reason.json';

/** The longest header we keep: a sender controls them. */
const headerLimit = 256;

/** The two objects of a quarantined callback: its bytes, and beside them the reason. */
export function quarantineObjects(callback: QuarantinedCallback): [QuarantineObject, QuarantineObject] {
  const { reason, body, receivedAt, subscription, timeZone } = callback;
  const bodySha256 = sha256Hex(body);
  const folder =
    reason === 'stale' || reason === 'unverified' ? reason : `date=${zonedDate(receivedAt, timeZone).date}`;
  const key = `quarantine/${folder}/${subscription}/${receivedAt.toISOString()}-${bodySha256.slice(0, 16)}.body`;
  const note: QuarantineNote = {
    reason,
    received_at: receivedAt.toISOString(),
    subscription,
    body_sha256: bodySha256,
    size_bytes: body.length,
    ...(callback.timestamp === undefined ? {} : { timestamp: callback.timestamp.slice(0, headerLimit) }),
    ...(callback.signature === undefined ? {} : { signature: callback.signature.slice(0, headerLimit) }),
  };
  return [
    { key, content: body, contentType: 'application/octet-stream' },
    { key: noteKeyOfBody(key), content: Buffer.from(JSON.stringify(note)), contentType: 'application/json' },
  ];
}

/** The key of the note beside quarantined bytes. */
export const noteKeyOfBody = (key: string): string => `${key}${noteSuffix}`;

/** The key of the quarantined bytes that a note belongs to; `undefined` where the key is no note's. */
export const bodyKeyOfNote = (key: string): string | undefined =>
  key.endsWith(noteSuffix) ? key.slice(0, -noteSuffix.length) : undefined;
