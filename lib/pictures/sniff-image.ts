export type ImageType = { extension: string; contentType: string };

type Signature = ImageType & { matches: (bytes: Buffer) => boolean };

const startsWith =
  (...expected: number[]) =>
  (bytes: Buffer): boolean =>
    expected.every((byte, index) => bytes[index] === byte);
const hasText = (bytes: Buffer, at: number, text: string): boolean =>
  bytes.toString('latin1', at, at + text.length) === text;

const heicBrands = new Set(['heic', 'heix', 'hevc', 'mif1', 'msf1']);

const signatures: readonly Signature[] = [
  { extension: 'jpg', contentType: 'image/jpeg', matches: startsWith(0xff, 0xd8, 0xff) },
  { extension: 'png', contentType: 'image/png', matches: startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) },
  {
    extension: 'gif',
    contentType: 'image/gif',
    matches: (bytes) => hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a'),
  },
  {
    extension: 'webp',
    contentType: 'image/webp',
    matches: (bytes) => hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP'),
  },
  {
    extension: 'heic',
    contentType: 'image/heic',
    matches: (bytes) => hasText(bytes, 4, 'ftyp') && heicBrands.has(bytes.toString('latin1', 8, 12)),
  },
  {
    extension: 'avif',
    contentType: 'image/avif',
    matches: (bytes) => hasText(bytes, 4, 'ftyp') && hasText(bytes, 8, 'avif'),
  },
  { extension: 'tif', contentType: 'image/tiff', matches: startsWith(0x49, 0x49, 0x2a, 0x00) },
  { extension: 'tif', contentType: 'image/tiff', matches: startsWith(0x4d, 0x4d, 0x00, 0x2a) },
  // The two letters alone begin many a text: reserved fields of a bitmap's header are zero.
  {
    extension: 'bmp',
    contentType: 'image/bmp',
    matches: (bytes) => hasText(bytes, 0, 'BM') && bytes.length > 14 && bytes.readUInt32LE(6) === 0,
  },
];

/** What kind of image the bytes are, by their first bytes and nothing else; `undefined` for no image. */
export function sniffImage(bytes: Buffer): ImageType | undefined {
  const found = signatures.find(({ matches }) => matches(bytes));
  return found === undefined ? undefined : { extension: found.extension, contentType: found.contentType };
}
