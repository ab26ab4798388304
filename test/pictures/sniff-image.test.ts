import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sniffImage } from '#lib/pictures/sniff-image.ts';

const bytes = (hex: string, text = '') => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(text, 'latin1')]);

describe('sniffImage', () => {
  it.each([
    ['jpg', 'image/jpeg', bytes('ffd8ffe0', 'JFIF')],
    ['png', 'image/png', bytes('89504e470d0a1a0a')],
    ['gif', 'image/gif', bytes('', 'GIF89a....')],
    ['webp', 'image/webp', bytes('', 'RIFF1234WEBPVP8 ')],
    ['heic', 'image/heic', bytes('00000018', 'ftypheic')],
    ['avif', 'image/avif', bytes('00000018', 'ftypavif')],
    ['tif', 'image/tiff', bytes('49492a00')],
    ['tif', 'image/tiff', bytes('4d4d002a')],
    ['bmp', 'image/bmp', bytes('424d36000000000000003600000028')],
  ])('tells %s by its first bytes', (extension, contentType, content) => {
    expect(sniffImage(content)).toEqual({ extension, contentType });
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<!doctype html><html>'],
    ['JSON', '{"error_code":"IVM.1"}'],
    ['a text that begins like a bitmap', 'BMW 320i, seen at the gate'],
    ['another RIFF file', 'RIFF1234WAVEfmt '],
  ])('takes %s for no image', (_title, content) => {
    expect(sniffImage(Buffer.from(content))).toBeUndefined();
  });

  it('never fails, however short or odd the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (content) => {
        expect(() => sniffImage(Buffer.from(content))).not.toThrow();
      }),
    );
  });
});
