import { isUtf8 } from 'node:buffer';

/** Bytes as a text for people: what is no UTF-8 is shown as `\xNN`, so that nothing of it is lost or made up. */
export function readableText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const character = bytes.subarray(at, at + length);
    if (character.length === length && isUtf8(character)) {
      text += character.toString('utf8');
      at += length;
    } else {
      text += `\\x${byte.toString(16).padStart(2, '0')}`;
      at += 1;
    }
  }
  return text;
}

/** The first bytes of a text, cut between characters. */
export function firstOf(bytes: Buffer, limitBytes: number): Buffer {
  if (bytes.length <= limitBytes) return bytes;
  let end = limitBytes;
  // A byte that goes on with a character begins with the bits 10.
  while (end > limitBytes - 3 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
