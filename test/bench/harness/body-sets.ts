import { exampleMessage } from '../../support/fixtures.ts';
import { sampleCallbacks } from './sample-callbacks.ts';

const third = exampleMessage('third_data-tlv').text;

/**
 * Bodies for what is measured on them alone: the documented ones of 2 KB and more, and messages of third parties, which
 * hold one long text.
 */
export const bodySets = (): { documented: string[]; third: string[] } => ({
  documented: sampleCallbacks.map(({ body }) => body).filter((body) => Buffer.byteLength(body) >= 2_000),
  third: [third.replace(/"(?=[^"]{40,}")/, `"${'QUJDREVGR0hJSktMTU5PUA'.repeat(1_900)}`)],
});
