import fc from 'fast-check';

/** An answer of a server as its bytes, and what it says. */
export type GeneratedAnswer = {
  bytes: Buffer;
  status: number;
  text: string;
  headers: readonly (readonly [name: string, value: string])[];
  /** Whether it says itself where it ends. */
  saysItsEnd: boolean;
};

const headerName = fc.stringMatching(/^x-[a-zA-Z\d!#$%&'*+.^_`|~-]{1,12}$/);
const headerValue = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,20}[!-~])?)?$/);
const anyCase = (text: string) => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase());
const interim = fc.constantFrom(
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
  'HTTP/1.1 102 Processing\r\n\r\n',
);
type Framing = 'length' | 'chunked' | 'end' | 'bodiless';

/** Everything that RFC 9112 lets a server of HTTP/1.1 answer to a POST. */
export const generatedAnswers: fc.Arbitrary<GeneratedAnswer> = fc
  .record({
    before: fc.array(interim, { maxLength: 2 }),
    framing: fc.constantFrom<Framing>('length', 'length', 'chunked', 'end', 'bodiless'),
    status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
    bodilessStatus: fc.constantFrom(204, 304),
    reason: fc.constantFrom(' OK', ' ', ' Not At All', ''),
    headers: fc.uniqueArray(fc.tuple(headerName, headerValue), {
      maxLength: 6,
      selector: ([name]) => name.toLowerCase(),
    }),
    text: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ minLength: 200, maxLength: 3_000 })),
    cuts: fc.array(fc.nat({ max: 4_000 }), { maxLength: 4 }),
    extension: fc.constantFrom('', ';a=b', ';q="1"'),
    trailers: fc.constantFrom('', 'x-sum: 1\r\n', 'x-sum: 1\r\nx-other: 2\r\n'),
    space: fc.constantFrom('', ' ', '\t '),
    lengthName: anyCase('Content-Length'),
    encodingName: anyCase('Transfer-Encoding'),
    encoding: anyCase('chunked'),
  })
  .map((made) => {
    const { before, framing, reason, headers, text, space } = made;
    const status = framing === 'bodiless' ? made.bodilessStatus : made.status;
    const content = Buffer.from(text.toWellFormed());
    const framed: { [kind in Framing]: [header: string, body: Buffer] } = {
      length: [`${made.lengthName}:${space}${content.length}${space}\r\n`, content],
      chunked: [`${made.encodingName}:${space}${made.encoding}\r\n`, chunked(content, made)],
      end: ['', content],
      bodiless: ['', Buffer.alloc(0)],
    };
    const [header, body] = framed[framing];
    const lines = headers.map(([name, value]) => `${name}:${space}${value}${space}\r\n`).join('');
    return {
      bytes: Buffer.concat([
        Buffer.from(`${before.join('')}HTTP/1.1 ${status}${reason}\r\n${lines}${header}\r\n`),
        body,
      ]),
      status,
      text: framing === 'bodiless' ? '' : content.toString(),
      headers: headers.map(([name, value]) => [name.toLowerCase(), value] as const),
      saysItsEnd: framing !== 'end',
    };
  });

function chunked(
  content: Buffer,
  { cuts, extension, trailers }: { cuts: number[]; extension: string; trailers: string },
) {
  const places = [...new Set([0, ...cuts.filter((cut) => cut < content.length), content.length])].toSorted(
    (a, b) => a - b,
  );
  const pieces = places.slice(1).map((end, index) => content.subarray(places[index], end));
  return Buffer.concat([
    ...pieces.flatMap((piece) => [
      Buffer.from(`${piece.length.toString(16)}${extension}\r\n`),
      piece,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0${extension}\r\n${trailers}\r\n`),
  ]);
}
