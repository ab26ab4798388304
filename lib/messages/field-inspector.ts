import { DecimalText, isJsonObject, type Json } from '#lib/json/exact-json.ts';
import { type ExpectedType, maxElements, typeCheck } from './field-types.ts';
import type { ObjectOutline, Outline } from './outline.ts';

export type FieldReport = {
  /** Paths the reference does not know, e.g. `data.targets[].foo`. */
  unknownFields: string[];
  /** Fields whose value does not fit their type, e.g. `data.qos: expected number, got string`; never the value itself. */
  problems: string[];
};

type Findings = { unknownFields: Set<string>; problems: Set<string> };
/** Where a value lies. Its path is put together only where something is odd: it would cost more than the checks. */
type Place = { within: Place | undefined; step: string };
type Inspect = (value: Json | undefined, place: Place, findings: Findings) => void;

const maxEntries = 100;
const maxEntryLength = 300;
const root: Place = { within: undefined, step: 'data' };

/**
 * Makes what compares the `data` of a message with the outline of what the reference documents. Looks at the first 100
 * elements of a list, and no deeper than the outline goes; gives at most 100 entries of 300 characters per list, one for
 * all elements of the same list. Never throws.
 */
export function createFieldInspector(outline: ObjectOutline): (data: Json | undefined) => FieldReport {
  let inspect: Inspect | undefined;
  return (data) => {
    // Made for the first message: a function sees few of the types, and making all would be most of loading them.
    inspect ??= objectInspector(outline);
    const findings: Findings = { unknownFields: new Set(), problems: new Set() };
    inspect(data, root, findings);
    return { unknownFields: [...findings.unknownFields], problems: [...findings.problems] };
  };
}

function inspectorOf(outline: Outline): Inspect {
  if (typeof outline === 'string') return leafInspector(outline);
  return isListOutline(outline) ? listInspector(outline[0]) : objectInspector(outline);
}

// `Array.isArray` does not narrow to a list that is read-only.
const isListOutline = (outline: ObjectOutline | readonly [Outline]): outline is readonly [Outline] =>
  Array.isArray(outline);

function leafInspector(expected: ExpectedType): Inspect {
  const fits = typeCheck(expected);
  return (value, place, findings) => {
    if (!fits(value)) addProblem(findings, place, expected, value);
  };
}

function listInspector(element: Outline): Inspect {
  const inspect = inspectorOf(element);
  return (value, place, findings) => {
    if (!Array.isArray(value)) {
      addProblem(findings, place, 'array', value);
      return;
    }
    const elementPlace = { within: place, step: '[]' };
    for (const item of value.slice(0, maxElements)) if (item !== null) inspect(item, elementPlace, findings);
  };
}

function objectInspector(outline: ObjectOutline): Inspect {
  const members = Object.entries(outline).map(([name, member]) => ({
    name,
    step: `.${name}`,
    inspect: inspectorOf(member),
  }));
  return (value, place, findings) => {
    if (!isJsonObject(value)) {
      addProblem(findings, place, 'object', value);
      return;
    }
    let known = 0;
    for (const { name, step, inspect } of members) {
      const item = value[name];
      if (item === undefined) continue;
      known += 1;
      if (item !== null) inspect(item, { within: place, step }, findings);
    }
    const keys = Object.keys(value);
    // Mostly nothing is unknown: that the numbers agree spares a look-up per key.
    if (keys.length === known) return;
    const path = pathText(place);
    for (const key of keys) if (!Object.hasOwn(outline, key)) add(findings.unknownFields, `${path}.${key}`);
  };
}

function addProblem({ problems }: Findings, place: Place, expected: string, value: Json | undefined): void {
  add(problems, `${pathText(place)}: expected ${expected}, got ${kindOf(value)}`);
}

function add(entries: Set<string>, entry: string): void {
  if (entries.size < maxEntries) entries.add(entry.slice(0, maxEntryLength).toWellFormed());
}

const pathText = ({ within, step }: Place): string => (within === undefined ? step : pathText(within) + step);

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof DecimalText || typeof value === 'bigint') return 'number';
  return typeof value;
}
