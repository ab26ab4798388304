/** Parses JSON; `undefined` for what is none, without the error of the parser, whose words repeat a piece of the text. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
