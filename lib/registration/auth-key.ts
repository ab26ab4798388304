import { randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** The most that IVM takes (10.1.1: 6 to 18 characters). */
const keyLength = 18;

/** A new key for IVM to sign a subscription's callbacks with: 107 random bits in letters and digits. */
export const createAuthKey = (): string =>
  Array.from({ length: keyLength }, () => letters[randomInt(letters.length)]).join('');
