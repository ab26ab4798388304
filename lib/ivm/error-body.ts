import { isJsonObject, type Json, type JsonObject, member, parseExact } from '#lib/json/exact-json.ts';

/** The codes of IVM (`IVM.10020048`, also without the prefix), and those of a gateway before it (`APIG.0301`). */
const codeForm = /^(?:[A-Z]{1,10}\.)?\d{1,8}$/;

/** A code as it may stand in logs, metrics and dead letters: a text of another form may repeat what was sent. */
export const plainCode = (code: string): string => (codeForm.test(code) ? code : 'odd-code');

/** Errors come as `error_code` (11.3, the only documented form) or `code`, also with HTTP 200 (9.4). */
export function errorCodeOf(json: Json | undefined): string | undefined {
  const code = member(json, 'error_code') ?? member(json, 'code');
  return typeof code === 'string' && code !== '' ? plainCode(code) : undefined;
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
