import { createHmac } from 'node:crypto';
import * as z from 'zod';

/** The secret of the tenant with which personal values are hashed: whoever has only the hashes can't try plates. */
export const PrivacyKeySecret = z.object({ key: z.string().min(32) });
export type PrivacyKeySecret = z.infer<typeof PrivacyKeySecret>;

const hashLength = 32;

/** The same value of the same kind always gives the same 32 capital hexadecimal digits, 128 bits. */
export const keyedHash = (key: string, kind: 'device' | 'plate' | 'target', value: string): string =>
  createHmac('sha256', key).update(`${kind}:${value}`).digest('hex').slice(0, hashLength).toUpperCase();

/** Whether a text is a hash already, so that it is never hashed twice. */
export const isKeyedHash = (text: string): boolean => /^[0-9A-F]{32}$/.test(text);
