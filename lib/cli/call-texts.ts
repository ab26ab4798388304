import type { Operation } from '#lib/ivm/operations/operation.ts';
import { chapters } from '#lib/ivm/operations/operations.ts';
import type { ItemOutcome } from '#lib/ivm/operations/reply-fields.ts';
import type { JsonSchema } from '#lib/json/json-schema.ts';
import { type Parameter, parametersOf } from './call-input.ts';
import { tableLines } from './terminal.ts';

/** Every operation with what it is for. */
export function describeAll(): string {
  const rows = Object.values(chapters).flatMap((chapter) => [
    [],
    ...Object.entries(chapter as { [name: string]: Operation }).map(([name, { summary, successor }]) => [
      `  ${name}`,
      successor === undefined ? summary : `Use ${successor}.`,
    ]),
  ]);
  return tableLines(rows).slice(1).join('\n');
}

/** What one operation does and is called with. */
export function describeOperation(name: string, operation: Operation): string {
  const { summary, section, method, path, protocols, notes, successor, effect } = operation;
  const parameters = parametersOf(operation);
  return [
    `Usage: ivm-bridge call ${name}${parameters.map(usageOf).join('')} --tenant NAME [options]`,
    '',
    summary,
    ...(successor === undefined ? [] : [`It is out of date: use ${successor}.`]),
    ...(effect === 'destroy' ? ['It asks before it is sent, unless you say --yes.'] : []),
    ...notes,
    '',
    ...tableLines(parameters.flatMap(parameterRows)),
    '',
    `${method} ${path}, section ${section} of the reference${protocols === undefined ? '' : `, for ${protocols.join(' and ')}`}`,
  ].join('\n');
}

const usageOf = ({ name, isRequired }: Parameter): string => (isRequired ? ` --param ${name}=…` : '');

function parameterRows({ name, schema, isRequired }: Parameter): string[][] {
  const inner = schema.items?.properties ?? schema.properties ?? {};
  const required = schema.items?.required ?? schema.required ?? [];
  return [
    [`  ${name}${isRequired ? '' : ' (optional)'}`, formOf(schema), schema.description ?? ''],
    ...Object.entries(inner).map(([member, one]) => [
      `    .${member}${required.includes(member) ? '' : ' (optional)'}`,
      formOf(one),
      one.description ?? '',
    ]),
  ];
}

/** A form in a few words: `1 to 512`, `ONLINE | OFFLINE`, `list, 1 to 100`. */
function formOf(schema: JsonSchema): string {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values !== undefined) return values.join(' | ');
  if (schema.type === 'array') {
    const items = schema.items === undefined ? '' : ` of ${formOf(schema.items)}`;
    return ['list', boundsOf(schema['minItems'], schema['maxItems'])].filter((text) => text !== '').join(', ') + items;
  }
  const range = boundsOf(schema['minimum'], schema['maximum']);
  if (schema.type === 'integer' || schema.type === 'number') return range || 'number';
  if (schema.type !== 'string') return schema.type ?? 'JSON';
  if (range !== '') return range;
  const bounds = boundsOf(schema['minLength'], schema['maxLength']);
  return bounds === '' ? 'text' : `${bounds} characters`;
}

const boundsOf = (least: unknown, most: unknown): string => {
  const hasMost = typeof most === 'number' && most < Number.MAX_SAFE_INTEGER;
  if (typeof least !== 'number' || least <= Number.MIN_SAFE_INTEGER) return hasMost ? `up to ${most}` : '';
  if (!hasMost) return least === 0 ? '' : `from ${least}`;
  return least === most ? String(most) : `${least} to ${most}`;
};

type Members = { readonly [name: string]: unknown };
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Ids fit, pictures do not. */
const widestCell = 80;

/** An answer for people: its members a line each, and its lists as tables. */
export function describeReply(reply: unknown): string {
  if (!isMembers(reply)) return String(reply);
  const [plain, lists] = [
    Object.entries(reply).filter(([, value]) => !isTable(value)),
    Object.entries(reply).filter(([, value]) => isTable(value)),
  ];
  return [
    ...tableLines(plain.map(([name, value]) => [name, cellOf(value, Number.POSITIVE_INFINITY)])),
    ...lists.flatMap(([name, value]) => ['', `${name}:`, ...tableOf(value as Members[])]),
  ].join('\n');
}

const isTable = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isMembers);

function tableOf(rows: readonly Members[]): string[] {
  // A column in which nothing stands tells nothing.
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.some((row) => cellOf(row[name], widestCell) !== ''),
  );
  return tableLines([columns, ...rows.map((row) => columns.map((name) => cellOf(row[name], widestCell)))]);
}

function cellOf(value: unknown, widest: number): string {
  const text = textOf(value);
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((member) => typeof member !== 'object')) return value.join(', ');
  return isMembers(value) && 'isDone' in value ? outcomeText(value as ItemOutcome) : JSON.stringify(value);
}

const outcomeText = ({ isDone, code, meaning }: ItemOutcome): string =>
  isDone ? 'ok' : meaning === undefined ? code : `${code} ${meaning}`;
