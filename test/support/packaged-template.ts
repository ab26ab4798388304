import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import * as z from 'zod';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
const Template = z.object({
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() })),
});

/** The CloudFormation template that a deployment of the tenant `acme` in stage `prod` would send. */
export const packagedTemplate = () =>
  Template.parse(JSON.parse(readFileSync(`${inject('packageDir')}/cloudformation-template-update-stack.json`, 'utf8')));

/** The resources of a type, each with its logical id. */
export const resourcesOfType = (type: string) =>
  Object.entries(packagedTemplate().Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, resource]) => ({ id, ...resource }));
