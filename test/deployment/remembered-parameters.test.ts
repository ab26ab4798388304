import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { type DeployDeps, deployStack } from '#lib/deployment/deploy-stack.ts';
import { chooseParameters, parameterOutputs, rememberedParameters } from '#lib/deployment/remembered-parameters.ts';
import { packagedTemplate } from '../support/packaged-template.ts';

const Values = z.record(z.string(), z.unknown().transform(String));
const { params } = z
  .object({ params: z.object({ default: Values, prod: Values }) })
  .parse(parse(readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8')));
const defaults = { ...params.default, ...params.prod };
const acme = { tenant: 'acme', ivmUserId: '109010000000000001' };
const ownIssuer = { oidcIssuer: 'https://login.example/acme', oidcClientId: 'page', oidcAudience: 'api' };

/** Outputs as the packaged stack has them, its variables filled in. */
const outputsOf = (values: { [name: string]: string }): { [name: string]: string } =>
  Object.fromEntries(
    Object.entries(parameterOutputs()).map(([name, { Value }]) => [
      name,
      Value.replace(/\$\{param:(\w+)\}/, (_all, parameter: string) => values[parameter] ?? ''),
    ]),
  );

/** Empty values are those of defaults, and left to them. */
const withoutEmpty = (values: { [name: string]: string }) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

describe('the parameters of a deployment', () => {
  it('are remembered by the packaged stack', () => {
    const values = Object.entries(packagedTemplate().Outputs).map(([name, { Value }]) => [name, String(Value)]);
    expect(rememberedParameters(Object.fromEntries(values))).toMatchObject({ ...defaults, ...acme });
  });

  it('stay as they were where they are not given again', () => {
    const before = { ...defaults, ...acme, rawRetentionDays: '3650', domainName: 'c.example', certificateArn: 'arn:x' };
    const remembered = rememberedParameters(outputsOf(before));
    expect(chooseParameters(defaults, remembered, { logLevel: 'debug' })).toEqual({
      chosen: withoutEmpty({ ...before, logLevel: 'debug' }),
      changes: ['logLevel: info becomes debug'],
    });
  });

  it('can be emptied again where they are by default', () => {
    const before = { ...defaults, ...acme, alarmEmail: 'ops@example.com' };
    const { chosen, changes } = chooseParameters(defaults, rememberedParameters(outputsOf(before)), { alarmEmail: '' });
    expect(Object.keys(chosen)).not.toContain('alarmEmail');
    expect(changes).toEqual(['alarmEmail: ops@example.com becomes none']);
  });

  it.each([
    { title: 'its usual scope', given: ownIssuer },
    { title: 'a scope of its own', given: { ...ownIssuer, oidcScope: 'api://cameras/read' } },
  ])('may name an issuer of the tenant with $title', ({ given }) => {
    expect(chooseParameters(defaults, {}, { ...acme, ...given }).chosen).toEqual({ ...acme, ...given });
  });

  it('are the defaults in a new stack', () => {
    expect(chooseParameters(defaults, {}, acme)).toEqual({ chosen: acme, changes: [] });
  });

  it.each([
    [{ ...acme, ivmuserid: '5' }, /ivmuserid/],
    [{ ...acme, timeZone: 'Mars/Base' }, /timeZone: no IANA time zone/],
    [{ ...acme, domainName: 'c.example' }, /give both, or none/],
    [{ ...acme, oidcIssuer: 'https://login.example' }, /oidcIssuer, oidcClientId and oidcAudience: give all of them/],
    [{ ...acme, oidcClientId: 'page', oidcAudience: 'api' }, /give all of them, or none/],
    [{ ...acme, ...ownIssuer, oidcIssuer: 'http://login.example' }, /oidcIssuer/],
    [{ ...acme, oidcScope: 'cameras.read' }, /oidcScope: only for an issuer of your own, else it is ivm-bridge\/read/],
    [{ ...acme, ...ownIssuer, oidcScope: 'two scopes' }, /oidcScope: must be one scope/],
    [{ ...acme, rawRetentionDays: '0' }, /rawRetentionDays/],
    [{ ...acme, snapshotChannels: '' }, /snapshotChannels: may not be empty/],
    [{ tenant: 'acme' }, /ivmUserId: give the id/],
    [{ ivmUserId: acme.ivmUserId }, /tenant: name it/],
  ])('are refused where AWS would refuse them later, or nobody: %j', (given, problem) => {
    expect(() => chooseParameters(defaults, {}, given)).toThrow(problem);
  });
});

describe('deployStack', () => {
  const place = { stage: 'prod', region: 'eu-west-1' };
  function deployment(outputs: { [name: string]: string } | undefined, statuses: number[] = []) {
    const deployed: { [name: string]: string }[] = [];
    const lines: string[] = [];
    const deps: DeployDeps = {
      defaultsOf: (stage) => (stage === 'prod' ? defaults : params.default),
      readOutputs: async () => outputs,
      deploy: async (parameters) => {
        deployed.push(parameters);
        return statuses.shift() ?? 0;
      },
      write: (line) => lines.push(line),
    };
    return { deps, deployed, lines };
  }

  it('protects the tables of a new stack once all of it is there: a failed one must leave nothing behind', async () => {
    const { deps, deployed, lines } = deployment(undefined);
    expect(await deployStack(deps, place, acme)).toBe(0);
    expect(deployed).toEqual([{ ...acme, deletionProtection: 'false' }, acme]);
    expect(lines.at(-1)).toBe('Next: npx ivm-bridge setup --tenant acme --stage prod --region eu-west-1');
  });

  it('stops at the first failure', async () => {
    const { deps, deployed } = deployment(undefined, [3]);
    expect(await deployStack(deps, place, acme)).toBe(3);
    expect(deployed).toHaveLength(1);
  });

  it('changes of a stack that is there only what is given, and says so', async () => {
    const before = { ...defaults, ...acme, rawRetentionDays: '3650' };
    const { deps, deployed, lines } = deployment(outputsOf(before));
    expect(await deployStack(deps, place, { tenant: 'acme', rawRetentionDays: '30' })).toBe(0);
    expect(deployed).toEqual([withoutEmpty({ ...before, rawRetentionDays: '30' })]);
    expect(lines).toEqual([
      'rawRetentionDays: 3650 becomes 30',
      'Next: npx ivm-bridge doctor --tenant acme --stage prod --region eu-west-1',
    ]);
  });

  it('says where the domain is to point', async () => {
    const before = { ...defaults, ...acme, domainName: 'c.example', certificateArn: 'arn:x' };
    const { deps, lines } = deployment({ ...outputsOf(before), CustomDomainTarget: 'd-1.example' });
    expect(await deployStack(deps, place, acme)).toBe(0);
    expect(lines).toContain('Point the CNAME of c.example at d-1.example');
  });

  it('says where the dashboard is', async () => {
    const { deps, lines } = deployment({ ...outputsOf({ ...defaults, ...acme }), DashboardUrl: 'https://a.example/' });
    expect(await deployStack(deps, place, acme)).toBe(0);
    expect(lines).toContain('The dashboard is at https://a.example/');
  });

  it('asks for the tenant', async () => {
    await expect(deployStack(deployment(undefined).deps, place, {})).rejects.toThrow('--param tenant=NAME');
  });
});
