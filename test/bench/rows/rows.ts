import type { Bench, Row } from '../harness/row.ts';
import { coldCallback, receiverBundle, stubbedCallback, warmedCallback, wholeCallback } from './callbacks.ts';
import { exactParse, signatureAndScan } from './json.ts';

/** What is measured, in the order of the table. */
export const rows: readonly ((bench: Bench) => Row)[] = [
  wholeCallback,
  stubbedCallback,
  signatureAndScan,
  exactParse,
  receiverBundle,
  coldCallback,
  warmedCallback,
];
