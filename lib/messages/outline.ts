import type { ExpectedType } from './field-types.ts';

/**
 * What a schema says without its meanings: an object is the outlines of its members by their names, a list that of its
 * elements, any other field the type it is expected to have. Every field may be absent or null.
 */
export type Outline = ExpectedType | readonly [Outline] | ObjectOutline;
export type ObjectOutline = { readonly [name: string]: Outline };
