import { isJsonObject, type Json, type JsonObject, member, parseExact } from '#lib/json/exact-json.ts';

/** Errors come as `error_code` (11.3, the only documented form) or `code`, also with HTTP 200 (9.4). */
export function errorCodeOf(json: Json | undefined): string | undefined {
  const code = member(json, 'error_code') ?? member(json, 'code');
  return typeof code === 'string' && code !== '' ? code : undefined;
}

/** The JSON object that an answer is; `undefined` for anything else. */
export function jsonOrUndefined(text: string): JsonObject | undefined {
  try {
    const json = parseExact(text);
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
