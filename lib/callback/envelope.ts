import { readString, scanTopLevel } from '#lib/json/scan-top-level.ts';

/** What a callback says of itself on its top level (reference 10.1.4.1). */
export type Envelope = {
  /** Digits as written, or the text where it came as a string; `undefined` where missing, empty or of another type. */
  messageId: string | undefined;
  messageType: string | undefined;
  /** IVM's check of a new registration: `test` is true and there is no `data`. */
  isProbe: boolean;
};

/** Reads the envelope without parsing `data`; `undefined` where the text is no JSON object. */
export function readEnvelope(text: string): Envelope | undefined {
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
