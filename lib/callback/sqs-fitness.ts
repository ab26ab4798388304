import type { CallbackBody } from './callback-body.ts';

/** Far enough below SQS's 1 MiB (attributes included) to leave room for the attributes of a dead letter. */
const largestBodyBytes = 1_000_000;
/**
 * SQS takes the characters of XML 1.0. (Halves of pairs, which are none, are not in a body any more.) In two expressions,
 * since V8 compares sixteen characters at once while it looks for those of one row of the table, and costs half then.
 */
const refusedCharacters = [/[\0-\x08\v\f\x0E\x0F\uFFFE\uFFFF]/, /[\x10-\x1F]/];
const isRefused = (text: string): boolean => refusedCharacters.some((one) => one.test(text));
/** No character takes more than three bytes; to count those of each body would cost as much as all else that is asked here. */
const isShort = (text: string): boolean =>
  text.length * 3 <= largestBodyBytes || Buffer.byteLength(text) <= largestBodyBytes;
const attributeText = /^[\x20-\x7E]{1,128}$/;
/** Whether a text of a sender may stand in an attribute of a message. */
export const fitsAttribute = (text: string): boolean => attributeText.test(text);

/**
 * Whether SQS would take this body as it is. Decided here and not left to SQS, whose refusal would cost the time that IVM
 * gives us; what does not fit takes the way over S3.
 */
export const fitsSqs = (body: CallbackBody): body is CallbackBody & { text: string } =>
  body.text !== undefined && body.text !== '' && isShort(body.text) && !isRefused(body.text);
