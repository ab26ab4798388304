import { alarmResources } from './alarms.ts';
import { dashboardResources } from './dashboard.ts';
import { dataCatalog } from './data-catalog.ts';
import { parameterOutputs } from './remembered-parameters.ts';
import type { CloudFormationResource } from './resource.ts';
import { savedQueries } from './saved-queries.ts';

/**
 * What a stack on AWS has beside its functions and stores: alarms, the dashboard, the data catalog with its saved queries,
 * and a memory of its parameters. serverless.yml takes it in as `dist/operations.json` and fills in its variables.
 */
export const operations = (): {
  Resources: { [id: string]: CloudFormationResource };
  Outputs: { [name: string]: { Value: string } };
} => ({
  Resources: { ...alarmResources(), ...dashboardResources(), ...dataCatalog(), ...savedQueries() },
  Outputs: parameterOutputs(),
});
