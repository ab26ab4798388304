import { ConfigError } from '#lib/errors.ts';
import { chooseParameters, type ParameterValues, rememberedParameters } from './remembered-parameters.ts';

export type DeployDeps = {
  /** Parameters of serverless.yml for a stage. */
  defaultsOf(stage: string): ParameterValues;
  /** `undefined` where there is no such stack yet. */
  readOutputs(stack: string): Promise<{ readonly [name: string]: string } | undefined>;
  /** Deploys; gives the exit status of what does it. */
  deploy(parameters: ParameterValues): Promise<number>;
  write(line: string): void;
};

/**
 * Deploys a tenant's stack with what is given, and else with what it was deployed with before.
 *
 * @returns the exit status: 0 where the stack is as it should be
 */
export async function deployStack(
  deps: DeployDeps,
  { stage, region }: { stage: string; region: string },
  given: ParameterValues,
): Promise<number> {
  const { tenant } = given;
  if (tenant === undefined) throw new ConfigError('usage', 'Name the tenant with --param tenant=NAME');
  const stack = `ivm-bridge-${tenant}-${stage}`;
  const outputs = await deps.readOutputs(stack);
  const defaults = deps.defaultsOf(stage);
  const remembered = rememberedParameters(outputs ?? {});
  const { chosen, changes } = chooseParameters(defaults, remembered, given);
  for (const change of changes) deps.write(change);

  const isProtected = { ...defaults, ...chosen }['deletionProtection'] === 'true';
  // A first deployment that failed has left nothing to remember.
  const isFirst = remembered['tenant'] === undefined;
  if (isFirst && isProtected) {
    // Protected tables of a first deployment that fails would stay, and their names be taken for the next one.
    const status = await deps.deploy({ ...chosen, deletionProtection: 'false' });
    if (status !== 0) return status;
    deps.write('All is there; now the tables are protected against deletion.');
  }
  const status = await deps.deploy(chosen);
  if (status !== 0) return status;
  const { CustomDomainTarget: target, DashboardUrl: dashboard } = (await deps.readOutputs(stack)) ?? {};
  if (target !== undefined) deps.write(`Point the CNAME of ${chosen['domainName']} at ${target}`);
  if (dashboard !== undefined) deps.write(`The dashboard is at ${dashboard}`);
  const where = `--tenant ${tenant} --stage ${stage} --region ${region}`;
  deps.write(`Next: npx ivm-bridge ${isFirst ? 'setup' : 'doctor'} ${where}`);
  return 0;
}
