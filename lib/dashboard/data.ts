import { type DeadLettersDeps, deadLettersRoute } from './data-dead-letters.ts';
import { type ErasuresDeps, erasuresRoute } from './data-erasures.ts';
import { type ExportsDeps, exportRoute, exportsRoute } from './data-exports.ts';
import { type QuarantineDeps, quarantinedRoute, quarantineRoute } from './data-quarantine.ts';
import type { Route } from './route.ts';

/** What the view Data reads. */
export type DataDeps = ExportsDeps & QuarantineDeps & DeadLettersDeps & ErasuresDeps;

export const dataRoutes: readonly Route<DataDeps>[] = [
  exportsRoute,
  exportRoute,
  quarantineRoute,
  quarantinedRoute,
  deadLettersRoute,
  erasuresRoute,
];
