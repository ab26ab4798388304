import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';
import {
  attributeName,
  type Call,
  callOf,
  canBeAbsent,
  conditionsOf,
  elementOf,
  functions,
  heldWith,
  inside,
  isFit,
  isFunction,
  isObject,
  type JsonObject,
  own,
  type Place,
  pseudoParameters,
  shapeOf,
  shapeOfType,
  specOf,
  tagProperties,
} from './template-language.ts';

/** One comparison with the specification: of a property, or of a name that refers to a resource. */
export type Check = { readonly path: string; readonly refersTo?: string; readonly problem?: string };

/** Of what the specification calls `owner`: the names that it knows, their values, and what it requires. */
export function* checkMembers(
  place: Place,
  given: JsonObject,
  known: ResourceProperties,
  owner: string,
): Generator<Check> {
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

/** A value with all that stands in it, by the type that is asked for there. */
export function* checkValue(place: Place, value: unknown, type: PropertyType): Generator<Check> {
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
    yield* checkValue(
      { ...inside(place, 1), held: [...place.held, ...heldWith(place.template, [String(condition)])] },
      yes,
      type,
    );
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

export function* checkConditionName({ path, template }: Place, name: unknown): Generator<Check> {
  if (own(template.Conditions, name) === undefined) yield { path, problem: `${shown(name)} is no condition` };
}

/** As messages show it. */
export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
const problemsIn = (checks: readonly Check[]): number => checks.filter(({ problem }) => problem !== undefined).length;

function kindOf(type: PropertyType): string {
  const shape = shapeOfType(type);
  return shape === 'list' || shape === 'object' ? shape : type.type;
}
