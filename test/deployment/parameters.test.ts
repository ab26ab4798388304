import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parameters, parameterTable } from '#lib/deployment/parameters.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const yaml = read('serverless.yml');
const Params = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])));
const { params } = z.object({ params: Params }).parse(parse(yaml));
const defaults = params['default'] ?? {};

describe('parameters', () => {
  it('have the defaults of serverless.yml, each of them valid', () => {
    expect(Object.keys(defaults).toSorted()).toEqual(Object.keys(parameters.shape).toSorted());
    expect(parameters.safeParse(defaults).error?.issues).toBeUndefined();
    for (const [stage, values] of Object.entries(params)) {
      expect(parameters.partial().safeParse(values).error?.issues, stage).toBeUndefined();
    }
  });

  it('are each referred to, and no other is', () => {
    const referred = new Set([...yaml.matchAll(/\$\{param:(\w+)/g)].map(([, name = '']) => name));
    expect([...referred].toSorted()).toEqual(Object.keys(parameters.shape).toSorted());
  });

  it('are in the README as they are', () => {
    expect(read('README.md')).toContain(parameterTable(defaults));
  });
});
