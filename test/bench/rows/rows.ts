import type { Bench, Row } from '../harness/row.ts';
import { coldCallback, receiverBundle, stubbedCallback, warmedCallback, wholeCallback } from './callbacks.ts';
import { costOfCallbacks } from './cost.ts';
import { peopleExport } from './exports.ts';
import { growth } from './growth.ts';
import { heldMemory } from './held-memory.ts';
import { exactParse, signatureAndScan } from './json.ts';
import { localStack } from './local-stack.ts';
import { eventsWritten, pictureCopy, validation } from './stores.ts';

/** What is measured, in the order of the table. */
export const rows: readonly ((bench: Bench) => Row)[] = [
  wholeCallback,
  stubbedCallback,
  signatureAndScan,
  exactParse,
  receiverBundle,
  coldCallback,
  warmedCallback,
  eventsWritten,
  pictureCopy,
  peopleExport,
  validation,
  localStack,
  heldMemory,
  growth,
  costOfCallbacks,
];
