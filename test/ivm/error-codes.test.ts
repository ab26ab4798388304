import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { errorCodes, errorMeaning } from '#lib/ivm/error-codes.ts';

const documented = z
  .array(z.object({ code: z.string(), status: z.number() }))
  .parse(JSON.parse(readFileSync(new URL('../fixtures/error-codes.json', import.meta.url), 'utf8')));

describe('errorCodes', () => {
  it('holds every documented code with its status, and no other', () => {
    expect(documented).toHaveLength(652);
    expect([...errorCodes].map(([code, { status }]) => ({ code, status }))).toEqual(documented);
  });

  it('says what each code means, in a short phrase of plain characters', () => {
    const odd = [...errorCodes].filter(([, { meaning }]) => !/^[!-~](?:[ -~]{1,68})[!-~]$/.test(meaning));
    expect(odd).toEqual([]);
  });

  it('counts the first row of a code that is listed twice', () => {
    expect(errorCodes.get('IVM.10022002')?.status).toBe(400);
  });
});

describe('errorMeaning', () => {
  it.each([
    ['IVM.10000002', 'token expired'],
    ['10000002', 'token expired'],
    ['IVM.0', 'success'],
    ['IVM.1', undefined],
    ['', undefined],
    ['ECONNRESET', undefined],
  ])('of %j is %j', (code, meaning) => {
    expect(errorMeaning(code)).toBe(meaning);
  });
});
