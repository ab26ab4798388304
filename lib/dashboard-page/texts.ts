import type { en } from './texts/en.ts';

/** A text may be made of values: the same ones in every language. */
type Translated<T> = T extends string
  ? string
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : { readonly [K in keyof T]: Translated<T[K]> };

/** What every language has a wording for. */
export type Texts = Translated<typeof en>;
export type Language = 'en' | 'zh';
