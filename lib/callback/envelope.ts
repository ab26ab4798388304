import { readString, scanTopLevel } from '#lib/json/scan-top-level.ts';

/** What a callback says of itself on its top level (reference 10.1.4.1). */
export type Envelope = {
  /** Digits as written, or the text where it came as a string; `undefined` where missing, empty or of another type. */
  messageId: string | undefined;
  messageType: string | undefined;
  /** IVM's check of a new registration: `test` is true and there is no `data`. */
  isProbe: boolean;
};

/** A pattern of JSON in which a blank stands for any white space. */
const spaced = (source: string): RegExp => new RegExp(source.replaceAll(' ', String.raw`[ \t\n\r]*`));
const documentedHead = spaced(
  String.raw`^ \{ "message_id" : (?:(0|[1-9]\d*)|"([^"\\\x00-\x1f]+)") , "message_type" : "([^"\\\x00-\x1f]+)" , "data" : \{`,
);
const documentedTail = spaced(String.raw`\} , "test" : (?:true|false) \} $`);
const tailLength = 64;

/**
 * Reads the envelope without parsing `data`; `undefined` where the text is no JSON object.
 *
 * A callback that begins and ends as the reference prints it is recognised by that, however long it is; all others are
 * scanned. What is damaged only within `data` is left to the store functions, which parse it whole. Of a repeated key,
 * the first stands in a callback of the documented form, which nothing but its two ends is read of, else the last.
 */
export function readEnvelope(text: string): Envelope | undefined {
  const head = documentedHead.exec(text);
  if (head !== null && documentedTail.test(text.slice(-tailLength))) {
    const [, number, string, messageType] = head;
    return { messageId: number ?? string, messageType, isProbe: false };
  }
  const members = scanTopLevel(text, ['message_id', 'message_type', 'data', 'test']);
  if (members === undefined) return undefined;
  return {
    messageId: messageIdOf(members['message_id']),
    messageType: readString(members['message_type']),
    isProbe: members['test'] === 'true' && members['data'] === undefined,
  };
}

function messageIdOf(source: string | undefined): string | undefined {
  if (source === undefined) return undefined;
  const text = /^-?\d/.test(source) ? source : readString(source);
  return text === '' ? undefined : text;
}
