import type { ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import {
  callOf,
  conditionFunctions,
  conditionsOf,
  heldWith,
  inside,
  isObject,
  type JsonObject,
  literals,
  outputMembers,
  own,
  type Place,
  resourceAttributes,
  specOf,
  Template,
  text,
} from './template-language.ts';
import { type Check, checkConditionName, checkMembers, checkValue, shown } from './template-values.ts';

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
  const inner = { ...inside(place, 'Properties'), held: heldWith(place.template, conditionsOf(attributes)) };
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
  yield* checkMembers({ ...place, held: heldWith(place.template, conditionsOf(members)) }, members, known, owner);
}

function* checkDependency({ path, template }: Place, id: unknown): Generator<Check> {
  // Whether it exists under a condition is no matter: CloudFormation waits for nothing then.
  if (own(template.Resources, id) === undefined) yield { path, problem: `${shown(id)} is no resource` };
  else yield { path, refersTo: String(id) };
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
