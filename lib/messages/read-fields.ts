import { DecimalText, isJsonObject, type Json, type JsonObject, member } from '#lib/json/exact-json.ts';
import type { Columns } from './message-module.ts';

/** A value that can be a column: present, not empty, neither list nor object, and short enough to index. */
export type Scalar = string | number | bigint | boolean | DecimalText;

// A table item and its indexes must hold all columns together; longer values stay in the event's `data` alone.
const maxColumnBytes = 1024;
const maxColumnInteger = 10n ** 40n;

/** Whether a value may become a column. */
export function isColumnValue(value: Json | undefined): value is Scalar {
  if (typeof value === 'string') return value !== '' && Buffer.byteLength(value) <= maxColumnBytes;
  if (typeof value === 'bigint') return value < maxColumnInteger && value > -maxColumnInteger;
  if (value instanceof DecimalText) return value.text.length <= maxColumnBytes;
  return typeof value === 'number' || typeof value === 'boolean';
}

/** One column holding the first usable of several values, or none. */
export function column(name: string, ...values: (Json | undefined)[]): Columns {
  const value = values.find(isColumnValue);
  return value === undefined ? {} : { [name]: value };
}

/** The named members of a value as columns of the same name, as far as they are usable. */
export function columnsOf(source: Json | undefined, names: readonly string[]): Columns {
  return Object.assign({}, ...names.map((name) => column(name, member(source, name))));
}

/** The first usable value that a member has in any of several objects. */
export const firstMember = (sources: readonly Json[], key: string): Json | undefined =>
  sources.map((source) => member(source, key)).find(isColumnValue);

/** An identifier as text, whether it came as a string or as a number; empty where there is none. */
export function idText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof DecimalText ? value.toString() : '';
}

/** A member that is a non-empty string. */
export function textMember(source: Json | undefined, key: string): string | undefined {
  const value = member(source, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One column holding the first of several identifiers as text, so that its type is the same in every message. */
export function idColumn(name: string, ...values: (Json | undefined)[]): Columns {
  return column(name, ...values.map(idText));
}

/** Device and channel named by `device_id` and `channel_id` of a value. */
export const cameraOf = (source: Json | undefined): { deviceId: string; channelId: string } => ({
  deviceId: idText(member(source, 'device_id')),
  channelId: idText(member(source, 'channel_id')),
});

/** So many parts of a message become items of their own: their number is the sender's choice. */
export const mostChildren = 1_000;

/**
 * The first objects of a list with their positions. A lone object counts as a list of one: the reference prints lists that
 * way (10.1.4.3, 10.1.4.5.5).
 */
export function elementsOf(value: Json | undefined): { index: number; element: JsonObject }[] {
  const found: { index: number; element: JsonObject }[] = [];
  for (const [index, element] of (Array.isArray(value) ? value : [value]).entries()) {
    if (isJsonObject(element)) found.push({ index, element });
    // One more shows that there are too many.
    if (found.length > mostChildren) break;
  }
  return found;
}
