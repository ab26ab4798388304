import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithinOneEdit, platePrefix, variantsElsewhere } from '#lib/dashboard/plate-variants.ts';

describe('plates that are one character apart', () => {
  it.each([
    ['粤B12345', '粤B12345', true],
    ['粤B12345', '粤B12346', true],
    ['粤B12345', '粤B1234', true],
    ['粤B12345', '粤B123455', true],
    ['粤B12345', '京B12345', true],
    ['粤B12345', 'B12345', true],
    ['粤B12345', '粤B21345', false],
    ['粤B12345', '粤B123', false],
    ['粤B12345', '京A12345', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(isWithinOneEdit(one, other)).toBe(expected);
    expect(isWithinOneEdit(other, one)).toBe(expected);
  });

  it('are found whatever single change is made', () => {
    const character = fc.constantFrom('粤', 'A', 'B', '1', '𠮷');
    const plate = fc.string({ minLength: 1, maxLength: 9, unit: character });
    fc.assert(
      fc.property(
        plate,
        fc.nat(),
        fc.string({ maxLength: 1, unit: character }),
        fc.boolean(),
        (one, at, put, takes) => {
          const characters = [...one];
          const other = characters.toSpliced(at % characters.length, takes ? 1 : 0, ...put).join('');
          expect(isWithinOneEdit(one, other)).toBe(true);
        },
      ),
    );
  });

  it('are tried where they stand in another partition, each once and all of them apart by one', () => {
    for (const plate of ['粤B12345', 'B12345', 'WJ12345', 'AB']) {
      const variants = variantsElsewhere(plate);
      expect(new Set(variants).size).toBe(variants.length);
      expect(variants.every((variant) => isWithinOneEdit(plate, variant))).toBe(true);
      expect(variants.some((variant) => platePrefix(variant) === platePrefix(plate))).toBe(false);
    }
    expect(variantsElsewhere('粤B12345')).toEqual(
      expect.arrayContaining(['京B12345', '粤812345', 'B12345', '粤AB12345']),
    );
    expect(variantsElsewhere('B12345')).toContain('粤B12345');
  });
});
