import type { Language } from '../texts.ts';
import type { Words } from '../word-key.ts';
import { words as en } from './en/words.ts';
import { words as zh } from './zh/words.ts';

/** What codes mean, by `<kind>.<code>`: `missing-reason.not-ready`. A code that is not among them stands for itself. */
export const words: { readonly [language in Language]: Words & { readonly [key: string]: string } } = { en, zh };
