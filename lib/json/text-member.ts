import { jsonOrUndefined } from './json-or-undefined.ts';

/** A member of a JSON object that is a text; `undefined` where there is none. */
export function textMember(json: string, name: string): string | undefined {
  const object = jsonOrUndefined(json) as { [name: string]: unknown } | null | undefined;
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}
