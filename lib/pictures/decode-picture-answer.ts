import { errorCodeOf } from '#lib/ivm/error-body.ts';
import { isJsonObject, type Json, member, parseExact } from '#lib/json/exact-json.ts';

/** What came for a picture: its bytes; an error in an answer that said 200; or something that can be no picture. */
export type PictureAnswer = { bytes: Buffer } | { errorCode: string } | 'not-an-image';

const markup = /^(?:<!doctype|<html|<\?xml|<error|<head|<body)/i;
const sniffedBytes = 64;

/**
 * Reads the answer to a picture's URL: the bytes themselves, or JSON with the bytes in base64 (10.3.1 documents both).
 * HTML, XML and other JSON are error pages and never pictures.
 */
export function decodePictureAnswer(answer: Buffer): PictureAnswer {
  const start = answer
    .toString('latin1', 0, sniffedBytes)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (start === '' || markup.test(start)) return 'not-an-image';
  if (!start.startsWith('{') && !start.startsWith('[')) return { bytes: answer };
  const json = jsonOf(answer);
  // An opening brace alone does not make JSON: some image of an unknown kind may begin with that byte.
  if (json === undefined) return { bytes: answer };
  const text = member(json, 'pic_data');
  if (typeof text === 'string' && text !== '') {
    const bytes = Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64');
    return bytes.length === 0 ? 'not-an-image' : { bytes };
  }
  const errorCode = isJsonObject(json) ? errorCodeOf(json) : undefined;
  return errorCode === undefined ? 'not-an-image' : { errorCode };
}

function jsonOf(answer: Buffer): Json | undefined {
  try {
    return parseExact(answer.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
