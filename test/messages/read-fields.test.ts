import { describe, expect, it } from 'vitest';
import { DecimalText, type Json, parseExact } from '#lib/json/exact-json.ts';
import {
  cameraOf,
  column,
  columnsOf,
  elementsOf,
  firstMember,
  idColumn,
  idText,
  isColumnValue,
  textMember,
} from '#lib/messages/read-fields.ts';

describe('isColumnValue', () => {
  it.each<[string, Json | undefined, boolean]>([
    ['a text', 'a', true],
    ['zero', 0, true],
    ['false', false, true],
    ['a 64-bit number', 9223372036854775808n, true],
    ['a number kept as text', new DecimalText('1.0'), true],
    ['a text of 1 KB', 'a'.repeat(1024), true],
    ['a text over 1 KB in UTF-8', '浙'.repeat(342), false],
    ['a number of fifty digits', 10n ** 50n, false],
    ['a negative number of fifty digits', -(10n ** 50n), false],
    ['a number text over 1 KB', new DecimalText('1'.repeat(1025)), false],
    ['an empty text', '', false],
    ['null', null, false],
    ['nothing', undefined, false],
    ['a list', ['a'], false],
    ['an object', { a: 1 }, false],
  ])('judges %s', (_title, value, usable) => {
    expect(isColumnValue(value)).toBe(usable);
  });
});

describe('column', () => {
  it('takes the first usable value', () => {
    expect(column('age', undefined, null, '', {}, 0, 45)).toEqual({ age: 0 });
  });

  it('is left out where no value is usable', () => {
    expect(column('age', undefined, null)).toEqual({});
  });
});

describe('columnsOf', () => {
  it('takes the named members that are usable', () => {
    expect(columnsOf({ a: 1, b: '', c: null, d: 'x', e: 2 }, ['a', 'b', 'c', 'd'])).toEqual({ a: 1, d: 'x' });
  });

  it.each<Json | undefined>([undefined, null, 'text', 5, [1], new DecimalText('1.0')])(
    'takes nothing from %j',
    (source) => {
      expect(columnsOf(source, ['a', 'text', 'length'])).toEqual({});
    },
  );

  it('takes no inherited members', () => {
    expect(columnsOf({}, ['constructor', 'toString'])).toEqual({});
  });
});

describe('firstMember', () => {
  it('passes over objects without a usable member', () => {
    expect(firstMember([{}, { a: '' }, null, { a: 2 }, { a: 3 }], 'a')).toBe(2);
  });
});

describe('idText', () => {
  it.each<[Json | undefined, string]>([
    ['0', '0'],
    [0, '0'],
    [7200441985172434795n, '7200441985172434795'],
    [new DecimalText('1.0'), '1.0'],
    [null, ''],
    [undefined, ''],
    [true, ''],
    [{}, ''],
    [['a'], ''],
  ])('writes %s as %j', (value, text) => {
    expect(idText(value)).toBe(text);
  });
});

describe('idColumn', () => {
  it('holds the first identifier as text', () => {
    expect(idColumn('id', undefined, '', 403056, 'x')).toEqual({ id: '403056' });
  });

  it('is left out where there is no identifier', () => {
    expect(idColumn('id', undefined, null, {})).toEqual({});
  });
});

describe('textMember', () => {
  it.each<[Json | undefined, string | undefined]>([
    [{ a: 'x' }, 'x'],
    [{ a: '' }, undefined],
    [{ a: 1 }, undefined],
    [{}, undefined],
    [null, undefined],
  ])('reads %j as %j', (source, text) => {
    expect(textMember(source, 'a')).toBe(text);
  });
});

describe('cameraOf', () => {
  it('keeps every digit of a numeric id', () => {
    expect(cameraOf(parseExact('{"device_id":12345678901234567890,"channel_id":0}'))).toEqual({
      deviceId: '12345678901234567890',
      channelId: '0',
    });
  });
});

describe('elementsOf', () => {
  it('keeps the positions of the objects in a list', () => {
    expect(elementsOf([null, { a: 1 }, 'x', { b: 2 }])).toEqual([
      { index: 1, element: { a: 1 } },
      { index: 3, element: { b: 2 } },
    ]);
  });

  it('takes a lone object for a list of one', () => {
    expect(elementsOf({ a: 1 })).toEqual([{ index: 0, element: { a: 1 } }]);
  });

  it.each<Json | undefined>([undefined, null, 'x', 5])('finds none in %j', (value) => {
    expect(elementsOf(value)).toEqual([]);
  });
});
