import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { itemId, readCameraId, readEventId } from '#lib/dashboard/item-id.ts';
import { pageToken, readPageToken } from '#lib/dashboard/page-token.ts';
import { RequestProblem } from '#lib/dashboard/problem.ts';

const position = z.strictObject({ sk: z.string(), index: z.int() });

describe('a token for the next page', () => {
  it('leads to where it was made for', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer(), (list, sk, index) => {
        expect(readPageToken(list, position, pageToken(list, { sk, index }))).toEqual({ sk, index });
      }),
    );
  });

  it.each([
    { title: 'of a list with other filters', token: pageToken('events?type=a', { sk: 'x', index: 1 }) },
    { title: 'with another position in it', token: pageToken('events', { sk: 1 }) },
    { title: 'that is no JSON', token: Buffer.from('{').toString('base64url') },
    { title: 'that is no base64', token: '%%%' },
    { title: 'that is empty', token: '' },
  ])('$title is refused as a bad parameter', ({ token }) => {
    expect(() => readPageToken('events', position, token)).toThrow(
      expect.objectContaining({ status: 400, code: 'bad-parameter' }),
    );
  });

  it('is refused or read, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (token) => {
        try {
          readPageToken('events', position, token);
        } catch (error) {
          expect(error).toBeInstanceOf(RequestProblem);
        }
      }),
    );
  });
});

describe('an id', () => {
  it('of a camera or an event gives back their keys, and is fit for a path', () => {
    const camera = '21033000000000000001#%E7%94%B2';
    const sk = '2026-01-01T00:00:00.000Z#1768000000000000001#0a1b2c3d';
    expect(itemId(camera, sk)).toMatch(/^[\w-]+$/);
    expect(readCameraId(itemId(camera))).toBe(camera);
    expect(readEventId(itemId(camera, sk))).toEqual({ camera, sk });
  });

  it.each(['', 'x', itemId('no separator'), itemId('a#b', 'no time'), itemId('a#b', 'c#d', 'e')])(
    'that was made up (%s) leads to nothing',
    (id) => {
      expect(() => readEventId(id)).toThrow(expect.objectContaining({ status: 404 }));
    },
  );
});
