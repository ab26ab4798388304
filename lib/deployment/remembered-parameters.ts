import { ConfigError } from '#lib/errors.ts';
import { parameters } from './parameters.ts';

export type ParameterValues = { readonly [name: string]: string };

const outputPrefix = 'Parameter';
const outputName = (name: string): string => `${outputPrefix}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** Outputs by which a stack remembers what it was deployed with. An output may not be empty, so each has a sign before it. */
export const parameterOutputs = (): { [name: string]: { Value: string } } =>
  Object.fromEntries(Object.keys(parameters.shape).map((name) => [outputName(name), { Value: `=\${param:${name}}` }]));

/** What a stack was deployed with, from its outputs. */
export const rememberedParameters = (outputs: { readonly [name: string]: string }): ParameterValues =>
  Object.fromEntries(
    Object.keys(parameters.shape).flatMap((name) => {
      const value = outputs[outputName(name)];
      return value === undefined ? [] : [[name, value.slice(1)]];
    }),
  );

/**
 * What a deployment is to set: what is given, and of the rest what the stack was deployed with. A parameter that is not
 * given again must not fall back to its default: that could end the retention of years, or change the URL of the callbacks.
 *
 * @param defaults of the stage, from serverless.yml
 * @throws ConfigError `usage` that names everything that is wrong
 */
export function chooseParameters(
  defaults: ParameterValues,
  remembered: ParameterValues,
  given: ParameterValues,
): { chosen: ParameterValues; changes: readonly string[] } {
  const chosen = { ...remembered, ...given };
  const { success, error } = parameters.safeParse({ ...defaults, ...chosen });
  const problems = [
    ...(success ? [] : error.issues.map(({ path, message }) => `${path.join('.') || 'parameters'}: ${message}`)),
    ...combined({ ...defaults, ...chosen }, defaults),
    // The packager takes no empty value: it can only be left to a default that is empty.
    ...Object.entries(chosen).flatMap(([name, value]) =>
      value === '' && defaults[name] !== '' ? [`${name}: may not be empty`] : [],
    ),
  ];
  if (problems.length > 0) throw new ConfigError('usage', `Change these parameters: ${problems.join('; ')}`);
  const changes = Object.entries(given).flatMap(([name, value]) => {
    const before = remembered[name];
    return before === undefined || before === value ? [] : [`${name}: ${before || 'none'} becomes ${value || 'none'}`];
  });
  return { chosen: Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== '')), changes };
}

function combined(values: ParameterValues, defaults: ParameterValues): string[] {
  const { domainName = '', certificateArn = '', ivmUserId, tenant, oidcScope } = values;
  const ownIssuer = ['oidcIssuer', 'oidcClientId', 'oidcAudience'].map((name) => (values[name] ?? '') !== '');
  const isOwnScope = oidcScope !== defaults['oidcScope'];
  return [
    ...(tenant === 'local' ? ['tenant: name it, with --param tenant=NAME'] : []),
    ...(ivmUserId === 'unset' ? ['ivmUserId: give the id of the user at IVM, with --param ivmUserId=ID'] : []),
    ...((domainName === '') === (certificateArn === '') ? [] : ['domainName and certificateArn: give both, or none']),
    ...(new Set(ownIssuer).size === 1 ? [] : ['oidcIssuer, oidcClientId and oidcAudience: give all of them, or none']),
    ...(isOwnScope && !ownIssuer.includes(true)
      ? [`oidcScope: only for an issuer of your own, else it is ${defaults['oidcScope']}`]
      : []),
  ];
}
