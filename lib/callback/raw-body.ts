import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { RawLine } from './raw-line.ts';

export const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes);

/** The body's member of a raw line. */
export const rawBody = (bytes: Buffer): Pick<RawLine, 'body'> | Pick<RawLine, 'body_base64'> =>
  isUtf8(bytes) ? { body: bytes.toString('utf8') } : { body_base64: bytes.toString('base64') };
