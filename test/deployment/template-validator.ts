import type { PropertyType, Resource, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import * as z from 'zod';

/** One comparison with the specification: of a property, or of a name that refers to a resource. */
export type Check = { readonly path: string; readonly refersTo?: string; readonly problem?: string };

/** Where a value stands, and what counts there. */
type Place = {
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
type JsonObject = { readonly [name: string]: unknown };
type Call = { readonly name: string; readonly argument: unknown };
type Shape = 'scalar' | 'list' | 'object' | 'any';

const Members = z.record(z.string(), z.unknown());
const Template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string() })).default({}),
  Conditions: Members.default({}),
  Resources: z.record(z.string(), Members),
  Outputs: z.record(z.string(), Members).default({}),
});
type Template = z.infer<typeof Template>;

const text: PropertyType = { type: 'string' };
const anything: PropertyType = { type: 'json' };
const listOf = (element: PropertyType): PropertyType => ({ type: 'array', element });
const oneOf = (...allowedValues: string[]): PropertyType => ({ type: 'string', allowedValues });

const tagProperties: ResourceProperties = {
  Key: { type: text, required: true },
  Value: { type: text, required: true },
};
/** What a resource says beside `Properties`. */
const resourceAttributes: ResourceProperties = {
  Type: { type: text },
  Condition: { type: text },
  DependsOn: { type: anything },
  DeletionPolicy: { type: oneOf('Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot') },
  UpdateReplacePolicy: { type: oneOf('Delete', 'Retain', 'Snapshot') },
  Metadata: { type: anything },
  CreationPolicy: { type: anything },
  UpdatePolicy: { type: anything },
};
const outputMembers: ResourceProperties = {
  Value: { type: text, required: true },
  Description: { type: text },
  Export: { type: { type: 'map', element: text } },
  Condition: { type: text },
};
/** Members of both that have to stand there as they are. */
const literals = ['DeletionPolicy', 'UpdateReplacePolicy', 'Description'];
/** Functions for values: what each takes, in order, and the shape of what it gives. */
const functions: { readonly [name: string]: { takes: readonly PropertyType[]; gives: Shape } } = {
  'Fn::Base64': { takes: [text], gives: 'scalar' },
  'Fn::Join': { takes: [text, listOf(text)], gives: 'scalar' },
  'Fn::Select': { takes: [{ type: 'integer' }, listOf(anything)], gives: 'any' },
  'Fn::Split': { takes: [text, text], gives: 'list' },
  'Fn::Sub': { takes: [text, { type: 'map', element: text }], gives: 'scalar' },
};
/** How many arguments each takes: values for `Fn::Equals`, conditions for the others. */
const conditionFunctions: { readonly [name: string]: { least: number; most: number } } = {
  'Fn::Equals': { least: 2, most: 2 },
  'Fn::Not': { least: 1, most: 1 },
  'Fn::And': { least: 2, most: 10 },
  'Fn::Or': { least: 2, most: 10 },
};
const pseudoParameters: { readonly [name: string]: Shape } = {
  'AWS::AccountId': 'scalar',
  'AWS::NoValue': 'any',
  'AWS::NotificationARNs': 'list',
  'AWS::Partition': 'scalar',
  'AWS::Region': 'scalar',
  'AWS::StackId': 'scalar',
  'AWS::StackName': 'scalar',
  'AWS::URLSuffix': 'scalar',
};

/** What CloudFormation would refuse, by AWS's own specification of its resources: a line each, with its path. */
export const validateTemplate = (template: unknown, database: SpecDatabase): string[] =>
  checksOf(template, database).flatMap(({ path, problem }) => (problem === undefined ? [] : `${path}: ${problem}`));

/** Everything in a template that is compared with the specification. */
export function checksOf(json: unknown, database: SpecDatabase): Check[] {
  const template = Template.parse(json);
  const top: Place = { template, database, path: '', property: '', readOnly: new Set(), held: [] };
  // Conditions are decided before there is any resource.
  const before: Place = { ...top, template: { ...template, Resources: {} } };
  const resources = Object.entries(template.Resources).map(
    ([id, resource]) => [id, [...checkResource({ ...top, path: `Resources/${id}` }, resource)]] as const,
  );
  return [
    ...Object.entries(template.Conditions).flatMap(([name, condition]) => [
      ...checkCondition({ ...before, path: `Conditions/${name}` }, condition),
    ]),
    ...resources.flatMap(([, checks]) => checks),
    ...circularDependency(
      new Map(resources.map(([id, checks]) => [id, checks.flatMap(({ refersTo }) => refersTo ?? [])])),
    ),
    ...Object.entries(template.Outputs).flatMap(([name, output]) => [
      ...checkConditional({ ...top, path: `Outputs/${name}` }, output, outputMembers, 'outputs'),
    ]),
  ];
}

function* checkResource(place: Place, { Properties = {}, ...attributes }: JsonObject): Generator<Check> {
  yield* checkConditional(place, attributes, resourceAttributes, 'resources');
  for (const id of [attributes['DependsOn'] ?? []].flat()) yield* checkDependency(inside(place, 'DependsOn'), id);
  const type = attributes['Type'];
  const resource = specOf(place, type);
  const inner = { ...inside(place, 'Properties'), held: conditionsOf(attributes) };
  if (resource === undefined) yield { path: `${place.path}/Type`, problem: `${shown(type)} is no type of resources` };
  else if (!isObject(Properties)) yield { path: inner.path, problem: `${shown(Properties)} is no object` };
  else {
    // Some attributes are properties as well, such as the name of a queue.
    const readOnly = new Set(Object.keys(resource.attributes).filter((name) => !own(resource.properties, name)));
    yield* checkMembers({ ...inner, readOnly }, Properties, resource.properties, resource.cloudFormationType);
  }
}

/** What may be there under a condition only: the attributes of a resource, or an output. */
function* checkConditional(
  place: Place,
  members: JsonObject,
  known: ResourceProperties,
  owner: string,
): Generator<Check> {
  const { Condition } = members;
  if (Condition !== undefined) yield* checkConditionName(inside(place, 'Condition'), Condition);
  for (const name of literals) {
    if (callOf(members[name])) yield { path: `${place.path}/${name}`, problem: 'takes no function' };
  }
  yield* checkMembers({ ...place, held: conditionsOf(members) }, members, known, owner);
}

function* checkDependency({ path, template }: Place, id: unknown): Generator<Check> {
  // Whether it exists under a condition is no matter: CloudFormation waits for nothing then.
  if (own(template.Resources, id) === undefined) yield { path, problem: `${shown(id)} is no resource` };
  else yield { path, refersTo: String(id) };
}

function* checkMembers(place: Place, given: JsonObject, known: ResourceProperties, owner: string): Generator<Check> {
  for (const [name, value] of Object.entries(given)) {
    const inner = { ...inside(place, name), property: place.property === '' ? name : `${place.property}.${name}` };
    const { path, property } = inner;
    const spec = own(known, name);
    yield { path };
    if (place.readOnly.has(property)) yield { path, problem: `is read-only in ${owner}` };
    else if (spec === undefined) yield { path, problem: `is no property of ${owner}` };
    else if (spec.deprecated !== undefined) yield { path, problem: `is deprecated in ${owner}` };
    else yield* checkValue(inner, value, spec.type);
  }
  for (const [name, { required = false }] of Object.entries(known)) {
    if (!required || !canBeAbsent(own(given, name))) continue;
    yield { path: place.path, problem: `${name} is required in ${owner}` };
  }
}

function* checkValue(place: Place, value: unknown, type: PropertyType): Generator<Check> {
  const { path } = place;
  const call = callOf(value);
  if (call?.name === 'Fn::If') yield* checkBranches(inside(place, 'Fn::If'), call.argument, type);
  else if (value === null) yield { path, problem: 'null is allowed nowhere' };
  else if (type.type === 'union') yield* checkAlternatives(place, value, type.types);
  else if (!isFit(shapeOf(place, value), shapeOfType(type))) {
    yield { path, problem: `${shown(value)} is no ${kindOf(type)}` };
  } else if (call !== undefined) yield* checkCall(inside(place, call.name), call);
  else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* checkValue(inside(place, index), element, elementOf(type));
  } else if (isObject(value)) yield* checkObject(place, value, type);
  else yield* checkScalar(place, value, type);
}

function* checkAlternatives(place: Place, value: unknown, types: readonly PropertyType[]): Generator<Check> {
  const fit = types.filter((type) => isFit(shapeOf(place, value), shapeOfType(type)));
  // Free-form JSON would excuse anything: it counts only where no alternative says more of such a value.
  const telling = fit.filter(({ type }) => type !== 'json');
  const [closest] = (telling.length > 0 ? telling : fit)
    .map((type) => [...checkValue(place, value, type)])
    .toSorted((one, other) => problemsIn(one) - problemsIn(other));
  const none = `${shown(value)} matches none of ${types.map(kindOf).join(', ')}`;
  yield* closest ?? [{ path: place.path, problem: none }];
}

function* checkObject(place: Place, value: JsonObject, type: PropertyType): Generator<Check> {
  if (type.type === 'tag') yield* checkMembers(place, value, tagProperties, 'Tag');
  else if (type.type === 'ref') {
    const { properties, name } = place.database.get('typeDefinition', type.reference);
    yield* checkMembers(place, value, properties, name);
  } else {
    for (const [name, member] of Object.entries(value)) {
      if (isFunction(name)) yield { path: place.path, problem: `${name} stands beside other names` };
      else yield* checkValue(inside(place, name), member, elementOf(type));
    }
  }
}

function* checkScalar({ path }: Place, value: unknown, type: PropertyType): Generator<Check> {
  const allowed = 'allowedValues' in type ? type.allowedValues?.map(String) : undefined;
  if (!isOfKind(value, type)) yield { path, problem: `${shown(value)} is no ${kindOf(type)}` };
  else if (allowed?.includes(String(value)) === false) {
    yield { path, problem: `${shown(value)} is none of ${allowed.join(', ')}` };
  }
}

/** CloudFormation turns scalars into the kind that is asked for: "30" is a number, "true" a boolean, and 30 a text. */
function isOfKind(value: unknown, { type }: PropertyType): boolean {
  const written = String(value);
  if (type === 'boolean') return /^(?:true|false)$/.test(written);
  if (type === 'integer') return /^-?\d+$/.test(written);
  if (type === 'number') return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(written);
  return type !== 'date-time' || (/^\d{4}-\d{2}-\d{2}/.test(written) && !Number.isNaN(Date.parse(written)));
}

function* checkBranches(place: Place, argument: unknown, type: PropertyType): Generator<Check> {
  const [condition, yes, no, ...others] = [argument].flat();
  if (no === undefined || others.length > 0) yield { path: place.path, problem: 'takes a condition and two values' };
  else {
    yield* checkConditionName(place, condition);
    yield* checkValue({ ...inside(place, 1), held: [...place.held, String(condition)] }, yes, type);
    yield* checkValue(inside(place, 2), no, type);
  }
}

function* checkCall(place: Place, { name, argument }: Call): Generator<Check> {
  if (name === 'Ref') yield* checkRef(place, argument);
  else if (name === 'Fn::GetAtt') yield* checkAttribute(place, argument);
  else if (name === 'Fn::Sub') yield* checkSub(place, Array.isArray(argument) ? argument : [argument, {}]);
  else yield* checkArguments(place, name, [argument].flat());
}

function* checkArguments(place: Place, name: string, given: readonly unknown[]): Generator<Check> {
  const takes = own(functions, name)?.takes;
  if (takes === undefined) yield { path: place.path, problem: 'is no function for values' };
  else if (takes.length !== given.length) yield { path: place.path, problem: `takes ${takes.length} arguments` };
  else for (const [index, type] of takes.entries()) yield* checkValue(inside(place, index), given[index], type);
}

function* checkSub(place: Place, [pattern, variables]: readonly unknown[]): Generator<Check> {
  if (typeof pattern !== 'string') yield { path: place.path, problem: 'takes a text as it is' };
  else {
    yield* checkArguments(place, 'Fn::Sub', [pattern, variables]);
    // ${!name} is no reference: it stays, without its exclamation mark.
    for (const [, name = ''] of pattern.matchAll(/\$\{(?!!)([^}]*)\}/g)) {
      if (isObject(variables) && Object.hasOwn(variables, name)) continue;
      yield* name.includes('.') ? checkAttribute(place, name) : checkRef(place, name);
    }
  }
}

function* checkRef(place: Place, name: unknown): Generator<Check> {
  const isParameter = own(pseudoParameters, name) ?? own(place.template.Parameters, name);
  if (isParameter === undefined) yield* checkResourceName(place, name, 'resource or parameter here');
}

function* checkAttribute(place: Place, argument: unknown): Generator<Check> {
  const [id, attribute] = attributeName(argument);
  yield* checkResourceName(place, id, 'resource');
  const resource = specOf(place, own(place.template.Resources, id)?.['Type']);
  if (resource !== undefined && own(resource.attributes, attribute) === undefined) {
    yield { path: place.path, problem: `${shown(attribute)} is no attribute of ${resource.cloudFormationType}` };
  }
}

function* checkResourceName({ path, template, held }: Place, id: unknown, expected: string): Generator<Check> {
  const resource = own(template.Resources, id);
  if (resource === undefined) yield { path, problem: `${shown(id)} is no ${expected}` };
  else yield { path, refersTo: String(id) };
  for (const condition of conditionsOf(resource ?? {})) {
    if (!held.includes(condition)) yield { path, problem: `${shown(id)} exists only if ${condition}` };
  }
}

function* checkCondition(place: Place, condition: unknown): Generator<Check> {
  const [[name, argument] = ['', undefined], ...others] = isObject(condition) ? Object.entries(condition) : [];
  const inner = inside(place, name);
  const given = [argument].flat();
  const takes = own(conditionFunctions, name);
  if (name === 'Condition') yield* checkConditionName(inner, argument);
  else if (takes === undefined || others.length > 0) {
    yield { path: place.path, problem: `${shown(condition)} is no condition` };
  } else if (given.length < takes.least || given.length > takes.most) {
    yield { path: inner.path, problem: `takes ${takes.least} to ${takes.most} arguments` };
  } else {
    for (const [index, value] of given.entries()) {
      yield* name === 'Fn::Equals'
        ? checkValue(inside(inner, index), value, text)
        : checkCondition(inside(inner, index), value);
    }
  }
}

function* checkConditionName({ path, template }: Place, name: unknown): Generator<Check> {
  if (own(template.Conditions, name) === undefined) yield { path, problem: `${shown(name)} is no condition` };
}

/** Takes away what waits for nothing until there is no such resource: what is left waits in circles. One is told. */
function circularDependency(dependencies: ReadonlyMap<string, readonly string[]>): Check[] {
  const left = new Map(dependencies);
  const next = (id: string) => left.get(id)?.find((one) => left.has(one));
  let free: string[];
  do {
    free = [...left.keys()].filter((id) => next(id) === undefined);
    for (const id of free) left.delete(id);
  } while (free.length > 0);
  const trail: string[] = [];
  let [id] = left.keys();
  for (; id !== undefined && !trail.includes(id); id = next(id)) trail.push(id);
  if (id === undefined) return [];
  const circle = [...trail.slice(trail.indexOf(id)), id];
  return [{ path: 'Resources', problem: `circular dependency ${circle.join(' -> ')}` }];
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Without what every object inherits, such as `constructor`. */
const own = <T>(object: { readonly [name: string]: T }, name: unknown): T | undefined =>
  typeof name === 'string' && Object.hasOwn(object, name) ? object[name] : undefined;
const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
const inside = (place: Place, name: string | number): Place => ({ ...place, path: `${place.path}/${name}` });
const conditionsOf = ({ Condition }: JsonObject): string[] => (typeof Condition === 'string' ? [Condition] : []);
const problemsIn = (checks: readonly Check[]): number => checks.filter(({ problem }) => problem !== undefined).length;
const specOf = ({ database }: Place, type: unknown): Resource | undefined =>
  database.lookup('resource', 'cloudFormationType', 'equals', String(type))[0];

const isFunction = (name: string): boolean => name === 'Ref' || name.startsWith('Fn::');
function callOf(value: unknown): Call | undefined {
  const [[name, argument] = ['', undefined], ...others] = isObject(value) ? Object.entries(value) : [];
  return isFunction(name) && others.length === 0 ? { name, argument } : undefined;
}

function canBeAbsent(value: unknown): boolean {
  const call = callOf(value);
  if (call?.name === 'Fn::If') return [call.argument].flat().slice(1).some(canBeAbsent);
  return value === undefined || (call?.name === 'Ref' && call.argument === 'AWS::NoValue');
}

/** `["id", "attribute"]`, or in one text with a dot between. */
const attributeName = (argument: unknown): readonly unknown[] =>
  typeof argument === 'string' ? (/^([^.]*)\.(.*)$/.exec(argument)?.slice(1) ?? [argument]) : [argument].flat();

const elementOf = (type: PropertyType): PropertyType =>
  type.type === 'array' || type.type === 'map' ? type.element : anything;

function kindOf(type: PropertyType): string {
  const shape = shapeOfType(type);
  return shape === 'list' || shape === 'object' ? shape : type.type;
}

function shapeOfType({ type }: PropertyType): Shape {
  if (type === 'array') return 'list';
  if (type === 'map' || type === 'ref' || type === 'tag') return 'object';
  return type === 'json' || type === 'union' ? 'any' : 'scalar';
}

function shapeOf(place: Place, value: unknown): Shape {
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

const isFit = (one: Shape, other: Shape): boolean => one === 'any' || other === 'any' || one === other;
