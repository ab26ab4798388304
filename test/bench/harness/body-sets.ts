import { parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { exampleMessage } from '../../support/fixtures.ts';
import { sampleCallbacks } from './sample-callbacks.ts';

const longBodies = sampleCallbacks.map(({ body }) => body).filter((body) => Buffer.byteLength(body) >= 2_000);
const third = exampleMessage('third_data-tlv').text;

/**
 * Bodies for what is measured on them alone: all that are documented; those of 2 KB and more, as they are printed and
 * without white space, since nobody knows which of the two IVM sends; and a message of a third party, which holds one long
 * text.
 */
export const bodySets = (): { all: string[]; documented: string[]; minified: string[]; third: string[] } => ({
  all: sampleCallbacks.map(({ body }) => body),
  documented: longBodies,
  minified: longBodies.map((body) => stringifyExact(parseExact(body))),
  third: [third.replace(/"(?=[^"]{40,}")/, `"${'QUJDREVGR0hJSktMTU5PUA'.repeat(1_900)}`)],
});
