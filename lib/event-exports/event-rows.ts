import { type Attribute, type Item, textOf } from '#lib/events/attribute.ts';
import type { Cell, Column, Row } from '#lib/exports/export-table.ts';
import { type ExportedType, eventTable } from './event-tables.ts';

/** An event with what belongs to it in its own camera's partition. */
export type EventGroup = {
  /** Camera and sort key of the event. */
  camera: string;
  sk: string;
  /** Absent where only parts of an event stand here, whose event is another camera's. */
  event?: Item;
  parts: Item[];
  pictures: Item[];
};

const keyParts = 3;

/** Puts the items of a camera together to events; they come by sort key, and so what belongs together follows itself. */
export async function* eventGroups(items: AsyncIterable<Item>): AsyncGenerator<EventGroup> {
  let group: EventGroup | undefined;
  for await (const item of items) {
    const parts = (textOf(item['sk']) ?? '').split('#');
    const sk = parts.slice(0, keyParts).join('#');
    if (group?.sk !== sk) {
      if (group !== undefined) yield group;
      group = { camera: textOf(item['camera']) ?? '', sk, parts: [], pictures: [] };
    }
    const kind = parts[keyParts];
    if (kind === undefined) group.event = item;
    else if (kind === 'picture') group.pictures.push(item);
    else group.parts.push(item);
  }
  if (group !== undefined) yield group;
}

/**
 * Rows of an event: one per part where there are any, with the columns of both, else one of its own. What an event counts
 * once stands in its first row alone.
 */
export function eventRows(type: ExportedType, group: EventGroup): Row[] {
  const { event, parts, pictures } = group;
  // Parts of other cameras have their rows there.
  const sources = parts.length > 0 ? parts : event === undefined || hasParts(type, event) ? [] : [event];
  return sources.map((item, index) => {
    const cells = rowOf(type, { ...event, ...item });
    return {
      ...cells,
      part: partOf(item),
      ...(index === 0 ? pictureCounts(pictures) : {}),
    };
  });
}

const partOf = (item: Item): string | null => (textOf(item['sk']) ?? '').split('#').slice(keyParts).join('#') || null;

/** Whether an event's parts stand in the partitions of their own cameras (10.1.4.3, 10.1.4.4). */
function hasParts(type: ExportedType, event: Item): boolean {
  const data = event['data'];
  if (type === 'device_unbind') return isFilled(memberOf(data, 'devices'));
  return type === 'device_status' && isFilled(memberOf(memberOf(data, 'param'), 'video_channel'));
}

const memberOf = (attribute: Attribute | undefined, name: string): Attribute | undefined =>
  attribute !== undefined && 'M' in attribute ? attribute.M[name] : undefined;

/** A lone object stands for a list of one. */
const isFilled = (attribute: Attribute | undefined): boolean =>
  attribute !== undefined && (('L' in attribute && attribute.L.length > 0) || 'M' in attribute);

function rowOf(type: ExportedType, item: Item): Row {
  const computed: { [name: string]: Cell } = { problems: problemsOf(item) };
  return Object.fromEntries(
    eventTable(type).columns.map((column) => [column.name, computed[column.name] ?? cellOf(column, item[column.name])]),
  );
}

function problemsOf(item: Item): number {
  const problems = item['problems'];
  return problems !== undefined && 'L' in problems ? problems.L.length : 0;
}

/** A value that is not of its column's type is left out: it stands in `events`, and the raw archive has it anyhow. */
function cellOf({ type }: Column, attribute: Attribute | undefined): Cell {
  const value = scalarOf(attribute);
  if (value === undefined) return null;
  if (type === 'text') return value;
  const number = /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (type === 'integer') return Number.isSafeInteger(number) ? number : null;
  return Number.isFinite(number) ? number : null;
}

function scalarOf(attribute: Attribute | undefined): string | undefined {
  if (attribute === undefined) return undefined;
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return attribute.N;
  return 'BOOL' in attribute ? String(attribute.BOOL) : undefined;
}

function pictureCounts(pictures: readonly Item[]): Row {
  const count = (status: string) => pictures.filter((picture) => textOf(picture['status']) === status).length;
  return {
    pictures_wanted: pictures.length,
    pictures_stored: count('stored'),
    pictures_missing: count('missing'),
  };
}
