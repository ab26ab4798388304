import { indentJson } from '../json/indent-json.ts';
import { jsonOrUndefined } from '../json/json-or-undefined.ts';

/**
 * Puts JSON on lines of its own; what is none stays as it is. Of one that was cut what there is, is put so.
 *
 * @param isCut whether the end of it is missing
 */
export function readableJson(text: string, isCut = false): string {
  const isJson = /^\s*[[{]/.test(text) && (isCut || jsonOrUndefined(text) !== undefined);
  return isJson ? indentJson(text, { keepsShortLists: true }) : text;
}
