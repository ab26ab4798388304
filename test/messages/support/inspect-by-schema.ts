import type * as z from 'zod';
import { DecimalText, isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import type { FieldReport } from '#lib/messages/field-inspector.ts';

const maxEntries = 100;
const maxEntryLength = 300;
const maxDepth = 10;
const maxElements = 100;

/** What a field inspector has to report, made of what zod itself finds with the schema: slower, and by another way. */
export function inspectBySchema(schema: z.ZodType, data: Json | undefined): FieldReport {
  const unknownFields = new Set<string>();
  const problems = new Set<string>();
  const sample = data === undefined ? undefined : sampleOf(data, maxDepth);
  for (const issue of schema.safeParse(sample).error?.issues ?? []) {
    const path = pathText(issue.path);
    const actual = kindOf(valueAt(sample, issue.path));
    if (issue.code === 'unrecognized_keys' && actual === 'object') {
      for (const key of issue.keys) add(unknownFields, `${path}.${key}`);
    } else {
      add(problems, `${path}: expected ${expectedBy(issue)}, got ${actual}`);
    }
  }
  return { unknownFields: [...unknownFields], problems: [...problems] };
}

function add(entries: Set<string>, entry: string): void {
  if (entries.size < maxEntries) entries.add(entry.slice(0, maxEntryLength).toWellFormed());
}

/** A copy small enough to be checked: the schema reports each odd element, and a call with a million arguments overflows. */
function sampleOf(value: Json, depth: number): Json {
  if (Array.isArray(value))
    return depth === 0 ? [] : value.slice(0, maxElements).map((item) => sampleOf(item, depth - 1));
  if (!isJsonObject(value)) return value;
  if (depth === 0) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sampleOf(item, depth - 1)]));
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[]` : `${text}.${String(key)}`), 'data');

function valueAt(value: Json | undefined, path: readonly PropertyKey[]): Json | undefined {
  let current = value;
  for (const key of path) {
    current = Array.isArray(current) ? current[Number(key)] : member(current, String(key));
  }
  return current;
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'custom') return String(issue.params?.['expected']);
  return 'object';
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof DecimalText || typeof value === 'bigint') return 'number';
  return typeof value;
}
