import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { normalisePlate } from '#lib/messages/plate.ts';

describe('normalisePlate', () => {
  it.each([
    ['浙A306B1', '浙A306B1'],
    [' 浙a·306 b1 ', '浙A306B1'],
    ['浙Ａ３０６Ｂ１', '浙A306B1'],
    ['B-MW 1234.5', 'BMW12345'],
    ['粤Z\u30fb1234\u00a0港', '粤Z1234港'],
    ['AB–12', 'AB12'],
  ])('writes %j as %j', (text, plate) => {
    expect(normalisePlate(text)).toBe(plate);
  });

  it.each<Json | undefined>([
    undefined,
    null,
    42,
    {},
    '',
    ' ',
    'A',
    '无牌',
    '无',
    '未知',
    '未识别',
    ' unknown ',
    'None',
    'N/A',
    '******',
    '0000000',
    '-·-',
  ])('takes %j for no plate', (text) => {
    expect(normalisePlate(text)).toBeUndefined();
  });

  it('does not change what it has written', () => {
    const isStable = fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const plate = normalisePlate(text);
      return normalisePlate(plate) === plate;
    });
    expect(fc.check(isStable).failed).toBe(false);
  });
});
