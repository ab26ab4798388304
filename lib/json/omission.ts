import { isJsonObject, type Json, member } from './exact-json.ts';

/** What stands in the place of a value that is not kept: how long it was. */
export const omission = (bytes: number): { omitted: string } => ({ omitted: String(bytes) });

export function isOmission(value: Json | undefined): boolean {
  const bytes = member(value, 'omitted');
  return isJsonObject(value) && Object.keys(value).length === 1 && typeof bytes === 'string' && /^\d+$/.test(bytes);
}
