import type { MessageType } from '#lib/callback/subscriptions.ts';
import type { Json } from '#lib/json/exact-json.ts';
import type { FieldReport } from './field-inspector.ts';

/** Kinds of picture, from the field or the API type that names it (design: pictures). */
export const basePictureKinds = [
  'target',
  'body',
  'panorama',
  'vehicle',
  'plate',
  'match',
  'alarm',
  'target-group',
] as const;
export type BasePictureKind = (typeof basePictureKinds)[number];

/**
 * A picture a message announces. `kind` is unique within its record: a base kind, `<kind>-alt` for the same kind with
 * another URL, `<kind>-<n>` for the n-th target of a message with several, `other-<field>` for an undocumented field.
 */
export type WantedPicture = {
  kind: string;
  /** The URL in the message; absent where the picture has to be asked for by `alarm_uuid`. */
  url?: string;
  /** Where an undocumented field announced it, the field's path; such a URL is fetched only from a known picture host. */
  undocumentedField?: string;
};

/** Columns lifted out of a message onto its item: what indexes, exports and dashboards read without opening `data`. */
export type Columns = { [column: string]: Json };

/** A part of a message that has an identity of its own and becomes an item of its own: `<event sk>#<part>#<n>`. */
export type ChildPart = {
  part: 'target' | 'device';
  /** Position in the list it came from, from 0. */
  index: number;
  deviceId: string;
  channelId: string;
  columns: Columns;
  /** The element itself, stored as the child's `data`. */
  data: Json;
  pictures: WantedPicture[];
};

/**
 * Everything the product knows about one message type. Every function takes **any** JSON (the message's `data`, possibly
 * absent or of a wrong type) and never throws: a wrong or odd field never costs an event.
 */
export type MessageModule = {
  messageType: MessageType;
  /** Section of the IVM reference that describes `data`. */
  section: string;
  /** Compares `data` with every documented field, by name and type, so that one check finds odd and new fields. */
  inspectFields(data: Json | undefined): FieldReport;
  /** Device and channel the event belongs to, as the message gives them; empty string where it gives none. */
  camera(data: Json | undefined): { deviceId: string; channelId: string };
  /** The text of the message's own event time, zoned or zone-less; `undefined` where it carries none. */
  eventTime(data: Json | undefined): string | undefined;
  columns(data: Json | undefined): Columns;
  children(data: Json | undefined): ChildPart[];
  /** Pictures of the message itself; those of its children are in `children`. */
  pictures(data: Json | undefined): WantedPicture[];
};
