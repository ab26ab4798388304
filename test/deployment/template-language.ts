import type { PropertyType, Resource, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import * as z from 'zod';

/** Where a value stands, and what counts there. */
export type Place = {
  readonly template: Template;
  readonly database: SpecDatabase;
  readonly path: string;
  /** Within its resource, as attributes are named: without positions in lists. */
  readonly property: string;
  /** Properties that only the service sets. */
  readonly readOnly: ReadonlySet<string>;
  /** Conditions that are true wherever the value is used. */
  readonly held: readonly string[];
};
export type JsonObject = { readonly [name: string]: unknown };
/** Of an intrinsic function, such as `{ "Ref": "DataBucket" }`. */
export type Call = { readonly name: string; readonly argument: unknown };
/** What is told of a value before it is computed: `any` where that is nothing. */
export type Shape = 'scalar' | 'list' | 'object' | 'any';

const Members = z.record(z.string(), z.unknown());
/** The sections that are understood: any other is refused. */
export const Template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string() })).default({}),
  Conditions: Members.default({}),
  Resources: z.record(z.string(), Members),
  Outputs: z.record(z.string(), Members).default({}),
});
export type Template = z.infer<typeof Template>;

export const text: PropertyType = { type: 'string' };
/** Free-form JSON. */
const anything: PropertyType = { type: 'json' };
const listOf = (element: PropertyType): PropertyType => ({ type: 'array', element });
const oneOf = (...allowedValues: string[]): PropertyType => ({ type: 'string', allowedValues });

export const tagProperties: ResourceProperties = {
  Key: { type: text, required: true },
  Value: { type: text, required: true },
};
/** What a resource says beside `Properties`. */
export const resourceAttributes: ResourceProperties = {
  Type: { type: text },
  Condition: { type: text },
  DependsOn: { type: anything },
  DeletionPolicy: { type: oneOf('Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot') },
  UpdateReplacePolicy: { type: oneOf('Delete', 'Retain', 'Snapshot') },
  Metadata: { type: anything },
  CreationPolicy: { type: anything },
  UpdatePolicy: { type: anything },
};
export const outputMembers: ResourceProperties = {
  Value: { type: text, required: true },
  Description: { type: text },
  Export: { type: { type: 'map', element: text } },
  Condition: { type: text },
};
/** Members of resources and outputs that have to stand there as they are. */
export const literals = ['DeletionPolicy', 'UpdateReplacePolicy', 'Description'];
/** Functions for values: what each takes, in order, and the shape of what it gives. */
export const functions: { readonly [name: string]: { takes: readonly PropertyType[]; gives: Shape } } = {
  'Fn::Base64': { takes: [text], gives: 'scalar' },
  'Fn::Join': { takes: [text, listOf(text)], gives: 'scalar' },
  'Fn::Select': { takes: [{ type: 'integer' }, listOf(anything)], gives: 'any' },
  'Fn::Split': { takes: [text, text], gives: 'list' },
  'Fn::Sub': { takes: [text, { type: 'map', element: text }], gives: 'scalar' },
};
/** How many arguments each takes: values for `Fn::Equals`, conditions for the others. */
export const conditionFunctions: { readonly [name: string]: { least: number; most: number } } = {
  'Fn::Equals': { least: 2, most: 2 },
  'Fn::Not': { least: 1, most: 1 },
  'Fn::And': { least: 2, most: 10 },
  'Fn::Or': { least: 2, most: 10 },
};
/** What `Ref` may name in every template. */
export const pseudoParameters: { readonly [name: string]: Shape } = {
  'AWS::AccountId': 'scalar',
  'AWS::NoValue': 'any',
  'AWS::NotificationARNs': 'list',
  'AWS::Partition': 'scalar',
  'AWS::Region': 'scalar',
  'AWS::StackId': 'scalar',
  'AWS::StackName': 'scalar',
  'AWS::URLSuffix': 'scalar',
};

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Without what every object inherits, such as `constructor`. */
export const own = <T>(object: { readonly [name: string]: T }, name: unknown): T | undefined =>
  typeof name === 'string' && Object.hasOwn(object, name) ? object[name] : undefined;
/** The place one step further in. */
export const inside = (place: Place, name: string | number): Place => ({ ...place, path: `${place.path}/${name}` });
/** The condition that a resource or an output is under, if any. */
export const conditionsOf = ({ Condition }: JsonObject): string[] => (typeof Condition === 'string' ? [Condition] : []);
/** The conditions that are true where these are: a conjunction is so with its parts. */
export const heldWith = (template: Template, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const condition = own(template.Conditions, name);
    const parts = isObject(condition) ? [condition['Fn::And'] ?? []].flat() : [];
    return [name, ...heldWith(template, parts.filter(isObject).flatMap(conditionsOf))];
  });
/** What AWS specifies of a type of resources, if it knows the type. */
export const specOf = ({ database }: Place, type: unknown): Resource | undefined =>
  database.lookup('resource', 'cloudFormationType', 'equals', String(type))[0];

/** Whether a name is that of a function, known or not. */
export const isFunction = (name: string): boolean => name === 'Ref' || name.startsWith('Fn::');
/** The call that a value is, if it is one. */
export function callOf(value: unknown): Call | undefined {
  const [[name, argument] = ['', undefined], ...others] = isObject(value) ? Object.entries(value) : [];
  return isFunction(name) && others.length === 0 ? { name, argument } : undefined;
}

/** Whether a value is missing, or taken away by `AWS::NoValue` in some branch. */
export function canBeAbsent(value: unknown): boolean {
  const call = callOf(value);
  if (call?.name === 'Fn::If') return [call.argument].flat().slice(1).some(canBeAbsent);
  return value === undefined || (call?.name === 'Ref' && call.argument === 'AWS::NoValue');
}

/** `["id", "attribute"]`, or in one text with a dot between. */
export const attributeName = (argument: unknown): readonly unknown[] =>
  typeof argument === 'string' ? (/^([^.]*)\.(.*)$/.exec(argument)?.slice(1) ?? [argument]) : [argument].flat();

/** The type of what a list or a map of that type holds. */
export const elementOf = (type: PropertyType): PropertyType =>
  type.type === 'array' || type.type === 'map' ? type.element : anything;

export function shapeOfType({ type }: PropertyType): Shape {
  if (type === 'array') return 'list';
  if (type === 'map' || type === 'ref' || type === 'tag') return 'object';
  return type === 'json' || type === 'union' ? 'any' : 'scalar';
}

/** Of a call: the shape of its result. */
export function shapeOf(place: Place, value: unknown): Shape {
  const call = callOf(value);
  if (call !== undefined) return shapeOfResult(place, call);
  if (Array.isArray(value)) return 'list';
  return isObject(value) ? 'object' : 'scalar';
}

function shapeOfResult(place: Place, { name, argument }: Call): Shape {
  const { Parameters, Resources } = place.template;
  if (name === 'Ref') {
    const parameter = own(Parameters, argument);
    if (parameter !== undefined) return parameter.Type.includes('List') ? 'list' : 'scalar';
    return own(pseudoParameters, argument) ?? (own(Resources, argument) === undefined ? 'any' : 'scalar');
  }
  if (name !== 'Fn::GetAtt') return own(functions, name)?.gives ?? 'any';
  const [id, attribute] = attributeName(argument);
  const resource = specOf(place, own(Resources, id)?.['Type']);
  const type = own(resource?.attributes ?? {}, attribute)?.type;
  return type === undefined ? 'any' : shapeOfType(type);
}

/** Whether a value of one shape may stand where the other is asked for. */
export const isFit = (one: Shape, other: Shape): boolean => one === 'any' || other === 'any' || one === other;
