import { zonedDate } from '#lib/time/zoned-date.ts';
import type { QuarantineNote, QuarantineReason } from './quarantine-note.ts';
import { sha256Hex } from './raw-body.ts';

export type QuarantinedCallback = {
  reason: QuarantineReason;
  body: Buffer;
  receivedAt: Date;
  /** Path of the subscription it arrived at. */
  subscription: string;
  timeZone: string;
  /** The signature headers, as sent. */
  timestamp?: string | undefined;
  signature?: string | undefined;
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
  const folder = reason === 'stale' || reason === 'unverified' ? reason : `date=${dateOf(receivedAt, timeZone)}`;
  const key = `quarantine/${folder}/${subscription}/${receivedAt.toISOString()}-${bodySha256.slice(0, 16)}.body`;
  const note: QuarantineNote = {
    reason,
    received_at: receivedAt.toISOString(),
    subscription,
    body_sha256: bodySha256,
    size_bytes: body.length,
    timestamp: callback.timestamp?.slice(0, headerLimit),
    signature: callback.signature?.slice(0, headerLimit),
  };
  return [
    { key, content: body, contentType: 'application/octet-stream' },
    { key: noteKeyOfBody(key), content: Buffer.from(JSON.stringify(note)), contentType: 'application/json' },
  ];
}

/** In UTC where there is no such time zone, which nobody has checked before: a wrong setting must not cost a callback. */
function dateOf(instant: Date, timeZone: string): string {
  try {
    return zonedDate(instant, timeZone).date;
  } catch {
    return instant.toISOString().slice(0, 10);
  }
}

/** The key of the note beside quarantined bytes. */
export const noteKeyOfBody = (key: string): string => `${key}${noteSuffix}`;

/** The key of the quarantined bytes that a note belongs to; `undefined` where the key is no note's. */
export const bodyKeyOfNote = (key: string): string | undefined =>
  key.endsWith(noteSuffix) ? key.slice(0, -noteSuffix.length) : undefined;
