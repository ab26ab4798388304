import * as z from 'zod';
import { DecimalText, isJsonObject, type Json } from '#lib/json/exact-json.ts';
import { classifyFailure, type FailureKind } from '../classify-failure.ts';
import { plainCode } from '../error-body.ts';
import { errorMeaning } from '../error-codes.ts';

/*
 * Forms of what IVM answers, read leniently: a number may come as a text and a text as a number, a member may be missing, null
 * or of another form, and unknown ones are kept (traps 12, 18 and 79 of the reference). What can't be read is left out: one odd
 * member must not cost the others.
 */

type Value = unknown;

const isNumeric = (value: Value): value is number | bigint | DecimalText =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof DecimalText;

const toText = (value: Value): string | undefined =>
  typeof value === 'string' || typeof value === 'boolean' || isNumeric(value) ? String(value) : undefined;

const toNumber = (value: Value): number | undefined => {
  const text = toText(value)?.trim();
  return text !== undefined && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
};

const toWhole = (value: Value): number | undefined => {
  const number = toNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
};

const flags = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** A text; ids of all lengths as well, digit by digit. */
export const text = z.preprocess(toText, z.string().optional()).optional();

/** Names one channel. */
export const channelIds = {
  device_id: text.describe('id of the device'),
  channel_id: text.describe('id of the channel'),
};

/** A whole number that a double holds. */
export const whole = z.preprocess(toWhole, z.int().optional()).optional();

/** A number, fractions included. */
export const decimal = z.preprocess(toNumber, z.number().optional()).optional();

export const flag = z
  .preprocess((value) => flags.get(toText(value)?.toLowerCase() ?? ''), z.boolean().optional())
  .optional();

/** One of the values that the reference lists, or one that has come since. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(...values: Values) =>
  z
    .preprocess(toText, z.custom<Values[number] | (string & {})>((value) => typeof value === 'string').optional())
    .optional()
    .meta({ type: 'string', examples: [...values] });

/** One of the numbers that the reference lists, or one that has come since. */
export const oneNumberOf = (...values: [number, ...number[]]) => whole.meta({ examples: values });

/** A list, without those of its members that can't be read; IVM prints a single one without its list in places. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z
    .preprocess((value) => (Array.isArray(value) ? (value as Json[]) : [value]), z.array(item))
    .optional()
    .transform((members = []) => members.filter((member) => member !== undefined) as Present<z.output<Item>>[]);

type Present<Member> = Exclude<Member, undefined>;

/** Whole numbers each of which has its place, such as one an hour: what can't be read is null, and moves no other. */
export const series = z
  .preprocess(
    (value) => (Array.isArray(value) ? value : [value]).map((member) => toWhole(member) ?? null),
    z.array(z.int().nullable()),
  )
  .optional()
  .transform((members = []) => members);

/** Words as a list, or as one text with commas between them. */
export const words = list(text).transform((members) =>
  members.flatMap((member) => member.split(',').map((word) => word.trim())).filter((word) => word !== ''),
);

type Spellings<Shape> = { readonly [other: string]: keyof Shape & string };

/**
 * What an interface answers, of which further members may come.
 *
 * @param spellings other names of members, which IVM uses in places
 */
export const answer = <Shape extends z.ZodRawShape>(shape: Shape, spellings: Spellings<Shape> = {}) =>
  z.preprocess((value) => respelled(value, spellings), z.looseObject(shape));

/** An object within an answer: one that is missing, or is none, must not cost the rest. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape, spellings: Spellings<Shape> = {}) =>
  z
    .preprocess(
      (value) => (isJsonObject(value as Json) ? respelled(value, spellings) : undefined),
      z.looseObject(shape).optional(),
    )
    .optional();

function respelled(value: Value, spellings: { readonly [other: string]: string }): Value {
  if (!isJsonObject(value as Json) || Object.keys(spellings).length === 0) return value;
  const given = value as { readonly [name: string]: unknown };
  return Object.fromEntries(
    Object.entries(given)
      // Where both are there, the documented one counts.
      .filter(([name]) => !(Object.hasOwn(spellings, name) && Object.hasOwn(given, spellings[name] ?? name)))
      .map(([name, member]) => [Object.hasOwn(spellings, name) ? (spellings[name] ?? name) : name, member]),
  );
}

/** What became of one item of a batch. */
export type ItemOutcome = {
  isDone: boolean;
  code: string;
  /** What the code means, in words of our own. */
  meaning: string | undefined;
  /** What IVM says of it, which may repeat what was sent: not for logs. */
  msg: string | undefined;
  kind: FailureKind | 'ok';
};

/**
 * What became of an item: IVM answers 200 to a batch of which every item has failed (trap 54). An item without a code is one
 * that was done.
 */
export const outcome = z
  .preprocess((value) => (isJsonObject(value as Json) ? value : {}), z.looseObject({ code: text, msg: text }))
  .optional()
  .transform((told): ItemOutcome => {
    const code = told?.code === undefined || told.code === '' ? 'IVM.0' : plainCode(told.code);
    const { kind } = classifyFailure({ status: 200, code });
    return { isDone: kind === 'ok', code, meaning: errorMeaning(code), msg: told?.msg, kind };
  });

/** What became of an item that is told by a 0 or a 1, without a code or a reason (18.1). */
export const outcomeOfDigit = (digit: string | undefined): ItemOutcome => {
  const isDone = digit !== '1';
  const meaning = isDone ? errorMeaning('IVM.0') : 'not done, and IVM does not say why';
  return { isDone, code: digit ?? '0', meaning, msg: undefined, kind: isDone ? 'ok' : 'permanent' };
};

/** The other names of the counter of failures (trap 55). */
export const failedNumSpellings = { fail_num: 'failed_num', failNum: 'failed_num' } as const;

/** What a batch about channels answers. */
export const channelOutcomes = answer(
  {
    failed_num: whole.describe('channels for which it failed'),
    channels: list(object({ ...channelIds, result: outcome })).describe('what became of each channel'),
  },
  failedNumSpellings,
);
