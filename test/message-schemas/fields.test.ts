import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { DecimalText, type Json } from '#lib/json/exact-json.ts';
import {
  bitMask,
  choice,
  decimal,
  flag,
  id,
  integer,
  keyword,
  keywords,
  list,
  messageData,
  object,
  pictureUrl,
  text,
} from '#lib/message-schemas/fields.ts';

const values: Record<string, Json> = {
  text: 'abc',
  'empty text': '',
  'digits as text': '405',
  'fraction as text': '0.5',
  integer: 7,
  'unsigned 64 bits': 18446744073696131378n,
  'integer kept as text': new DecimalText('1.0'),
  fraction: 1.5,
  'fraction kept as text': new DecimalText('0.50'),
  boolean: true,
  'boolean as text': 'true',
  url: 'https://ivm.example.com/a.jpg',
  list: [],
  'list of texts': ['ptz', 'talk'],
  'list of numbers': [1],
  object: {},
};

const integers = ['digits as text', 'integer', 'unsigned 64 bits', 'integer kept as text'];
const texts = ['text', 'empty text', 'digits as text', 'fraction as text', 'boolean as text', 'url'];

describe('fields', () => {
  it.each<{ name: string; field: z.ZodType; accepted: string[] }>([
    { name: 'text', field: text('a text'), accepted: texts },
    { name: 'id', field: id('an id'), accepted: [...texts, ...integers] },
    { name: 'keyword', field: keyword('a word', { a: 'b' }), accepted: [...texts, ...integers] },
    { name: 'integer', field: integer('a count'), accepted: integers },
    { name: 'choice', field: choice('a code', { 1: 'one' }), accepted: integers },
    { name: 'bitMask', field: bitMask('bits', { 1: 'one' }), accepted: integers },
    {
      name: 'decimal',
      field: decimal('a measure'),
      accepted: [...integers, 'fraction', 'fraction as text', 'fraction kept as text'],
    },
    { name: 'flag', field: flag('yes or no'), accepted: ['boolean', 'boolean as text'] },
    { name: 'pictureUrl', field: pictureUrl('a picture'), accepted: ['url', 'empty text'] },
    { name: 'keywords', field: keywords('words', {}), accepted: [...texts, 'list', 'list of texts'] },
    { name: 'object', field: object('an object', {}), accepted: ['object'] },
    { name: 'list', field: list('a list', text('a text')), accepted: ['list', 'list of texts'] },
  ])('$name accepts what reads as one', ({ field, accepted }) => {
    const ordinary = Object.entries(values).filter(
      ([, value]) => !(value instanceof DecimalText) || !accepted.includes('object'),
    );
    const readable = ordinary.filter(([, value]) => field.safeParse(value).success).map(([kind]) => kind);
    expect(readable.sort()).toEqual([...new Set(accepted)].sort());
    expect(field.safeParse(null).success).toBe(true);
    expect(field.safeParse(undefined).success).toBe(true);
  });

  it('keeps meaning, unit and documented values', () => {
    expect(integer('capture time', 'ms since epoch').meta()).toEqual({
      description: 'capture time',
      unit: 'ms since epoch',
    });
    expect(choice('gender', { 1: 'male' }).meta()).toEqual({ description: 'gender', values: { 1: 'male' } });
    expect(text('a name').meta()).toEqual({ description: 'a name' });
  });

  it('takes values that no enumeration documents', () => {
    expect(choice('glasses', { 0: 'no', 1: 'yes' }).safeParse(65536).success).toBe(true);
    expect(keyword('reason', { NORMAL: 'normal' }).safeParse('TMOUT').success).toBe(true);
  });

  it('demands the data of a message', () => {
    expect(messageData('a message', {}).safeParse(null).success).toBe(false);
    expect(messageData('a message', {}).safeParse(undefined).success).toBe(false);
    expect(messageData('a message', {}).safeParse({}).success).toBe(true);
  });
});
