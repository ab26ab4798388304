import { isUtf8 } from 'node:buffer';

/** The body of a callback in the forms that its ways need; none is made before somebody asks for it. */
export type CallbackBody = {
  /** `undefined` where the body is no UTF-8. */
  text: string | undefined;
  /** The text, or what can be read of a body that is none: its envelope often can. */
  legible: string;
  /** As they came. */
  bytes(): Buffer;
};

/** @param body the text, as the gateway gives most bodies, or the bytes of those that it encoded for the way */
export function callbackBody(body: string | Buffer): CallbackBody {
  // Halves of characters can stand in a text, and not in bytes.
  const text = typeof body === 'string' ? body.toWellFormed() : body.toString('utf8');
  const isText = typeof body === 'string' || isUtf8(body);
  return {
    text: isText ? text : undefined,
    legible: text,
    bytes: () => (typeof body === 'string' ? Buffer.from(text) : body),
  };
}
