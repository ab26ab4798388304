import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePictureAnswer } from '#lib/pictures/decode-picture-answer.ts';
import { jpeg, png } from './picture-parts.ts';

const json = (value: object) => Buffer.from(JSON.stringify(value));

describe('decodePictureAnswer', () => {
  it.each([
    ['bytes as they are', png, png],
    ['base64 in JSON', json({ pic_data: jpeg.toString('base64') }), jpeg],
    ['base64 with a data URL before it', json({ pic_data: `data:image/jpeg;base64,${jpeg.toString('base64')}` }), jpeg],
    [
      'JSON after a byte order mark',
      Buffer.concat([Buffer.from('efbbbf', 'hex'), json({ pic_data: 'AAEC' })]),
      Buffer.from([0, 1, 2]),
    ],
  ])('reads %s', (_title, answer, bytes) => {
    expect(decodePictureAnswer(answer)).toEqual({ bytes });
  });

  it.each([
    ['error_code', json({ error_code: 'IVM.20040011', error_msg: 'gone' })],
    ['code', json({ code: 'IVM.20040011' })],
  ])('finds the error of an answer that said 200, by its %s', (_title, answer) => {
    expect(decodePictureAnswer(answer)).toEqual({ errorCode: 'IVM.20040011' });
  });

  it.each([
    ['HTML', Buffer.from('\n <!DOCTYPE html><html></html>')],
    ['XML', Buffer.from('<?xml version="1.0"?><Error/>')],
    ['an empty answer', Buffer.alloc(0)],
    ['JSON without a picture', json({ data: [] })],
    ['JSON with an empty picture', json({ pic_data: '' })],
    ['a JSON list', Buffer.from('[1,2]')],
  ])('takes %s for no image', (_title, answer) => {
    expect(decodePictureAnswer(answer)).toBe('not-an-image');
  });

  it('gives back any image, whichever of the two ways it came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (content) => {
        const image = Buffer.concat([jpeg, Buffer.from(content)]);
        expect(decodePictureAnswer(image)).toEqual({ bytes: image });
        expect(decodePictureAnswer(json({ pic_data: image.toString('base64') }))).toEqual({ bytes: image });
      }),
    );
  });
});
