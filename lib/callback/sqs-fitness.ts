/** Far enough below SQS's 1 MiB (attributes included) to leave room for the attributes of a dead letter. */
const largestBodyBytes = 1_000_000;
/** XML 1.0 characters without surrogates: all that SQS takes in a message body. */
const onlyAllowedCharacters = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const attributeText = /^[\x20-\x7E]{1,128}$/;
/** Whether a text of a sender may stand in an attribute of a message. */
export const fitsAttribute = (text: string): boolean => attributeText.test(text);

/**
 * Whether SQS would take this callback as it is. Decided here and not left to SQS, whose refusal would cost the time that
 * IVM gives us; what does not fit takes the way over S3.
 *
 * @param text the body as text, `undefined` where it is no valid UTF-8
 */
export function fitsSqs(
  text: string | undefined,
  sizeBytes: number,
  messageId: string | undefined,
  messageType: string,
): boolean {
  return (
    text !== undefined &&
    sizeBytes > 0 &&
    sizeBytes <= largestBodyBytes &&
    (messageId === undefined || fitsAttribute(messageId)) &&
    fitsAttribute(messageType) &&
    onlyAllowedCharacters.test(text)
  );
}
