import { DecimalText, type Json } from '#lib/json/exact-json.ts';
import { isOmission } from '#lib/json/omission.ts';

/** The types a field can be expected to have; the words appear in the `problems` of an event. */
export type ExpectedType =
  | 'string'
  | 'string or integer'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'http(s) URL'
  | 'string or array of strings';

/** So many elements of a list are looked at: what is odd repeats, and the length of a list is the sender's choice. */
export const maxElements = 100;

const integerText = /^-?\d{1,40}$/;
const numberText = /^-?\d{1,40}(?:\.\d{1,40})?$/;
const maxUrlLength = 4096;

// IVM writes numbers as text at will (reference 10.1.4: ids, age groups), so a text that reads as the number is no problem.
const isInteger = (value: Json | undefined): boolean =>
  typeof value === 'bigint' ||
  (typeof value === 'number' && Number.isInteger(value)) ||
  (value instanceof DecimalText && Number.isInteger(Number(value.text))) ||
  (typeof value === 'string' && integerText.test(value));

const isNumber = (value: Json | undefined): boolean =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  value instanceof DecimalText ||
  (typeof value === 'string' && numberText.test(value));

const isString = (value: Json | undefined): boolean => typeof value === 'string';

/** Whether a value is an absolute http(s) URL of a sane length, so that it can be asked for. */
export const isHttpUrl = (value: Json | undefined): value is string =>
  typeof value === 'string' && value.length <= maxUrlLength && /^https?:\/\/[^\s/]/i.test(value);

const readsAs: { readonly [expected in ExpectedType]: (value: Json | undefined) => boolean } = {
  string: isString,
  'string or integer': (value) => isString(value) || isInteger(value),
  integer: isInteger,
  number: isNumber,
  boolean: (value) => typeof value === 'boolean' || value === 'true' || value === 'false',
  'http(s) URL': (value) => value === '' || isHttpUrl(value),
  'string or array of strings': (value) =>
    isString(value) || (Array.isArray(value) && value.slice(0, maxElements).every(isString)),
};

/** Tells whether a value can stand in a field of a type: it reads as one, or says that it was left out. */
export function typeCheck(expected: ExpectedType): (value: Json | undefined) => boolean {
  const reads = readsAs[expected];
  return (value) => reads(value) || isOmission(value);
}
