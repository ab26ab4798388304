import { DecimalText, type Json, stringifyExact } from '#lib/json/exact-json.ts';
import { isOmission, omission } from '#lib/json/omission.ts';
import { isRawOnly } from '#lib/privacy/personal-fields.ts';
import type { Attribute } from './attribute.ts';

const deepestLevel = 24;
const largestDataBytes = 256 * 1024;
const longestStringBytes = 1024;
const longestNameBytes = 255;
const longestDigits = 38;
const mostProblems = 100;
const longestProblem = 300;
/** A number that DynamoDB gives back with the digits it got. */
const roundTrips = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

export type Fit = {
  /** `undefined` where the value is too deep or too large for an item. */
  attribute: Attribute | undefined;
  /**
   * What could not be stored as it came, each with its path; the raw archive has it all. At most 100 of
   * 300 characters.
   */
  problems: string[];
};

/**
 * Turns a message's data into an attribute that DynamoDB surely takes: its limits are kept here, so that a write never
 * fails for what a sender put into a field.
 */
export function fitAttribute(value: Json, path: string, limitBytes = largestDataBytes): Fit {
  const budget = { bytes: limitBytes, problems: new Set<string>() };
  const attribute = fit(value, path, 1, budget);
  return { attribute, problems: [...budget.problems] };
}

type Budget = { bytes: number; problems: Set<string> };

/** Paths are as long as a sender nests long names, and as many as it likes. */
function addProblem({ problems }: Budget, path: string, problem: string): void {
  if (problems.size >= mostProblems) return;
  problems.add(`${path.slice(0, longestProblem - problem.length).toWellFormed()}${problem}`);
}

function fit(value: Json, path: string, level: number, budget: Budget): Attribute | undefined {
  if (level > deepestLevel || budget.bytes < 0) return undefined;
  if (value === null) return spend(budget, 1, { NULL: true });
  if (typeof value === 'boolean') return spend(budget, 1, { BOOL: value });
  if (typeof value === 'string') return fitString(value, path, budget);
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof DecimalText) {
    return fitNumber(String(value), path, budget);
  }
  if (Array.isArray(value)) {
    spend(budget, 3 + value.length);
    const list: Attribute[] = [];
    for (const element of value) {
      const attribute = fit(element, `${path}[]`, level + 1, budget);
      if (attribute === undefined) return undefined;
      list.push(attribute);
    }
    return { L: list };
  }
  const map: { [name: string]: Attribute } = {};
  spend(budget, 3);
  for (const [key, element] of Object.entries(value)) {
    if (key === '' || key === '__proto__' || Buffer.byteLength(key) > longestNameBytes || !key.isWellFormed()) {
      addProblem(budget, path, ': a member has a name that the table does not take; it is in the raw archive only');
      continue;
    }
    spend(budget, 1 + Buffer.byteLength(key));
    const attribute = isLeftOut(key, element)
      ? omit(printedBytes(element), budget)
      : fit(element, `${path}.${key}`, level + 1, budget);
    if (attribute === undefined) return undefined;
    map[key] = attribute;
  }
  return { M: map };
}

/** Charges an attribute to the budget; a list or map is charged before its elements. */
function spend(budget: Budget, bytes: number): void;
function spend(budget: Budget, bytes: number, attribute: Attribute): Attribute | undefined;
function spend(budget: Budget, bytes: number, attribute?: Attribute): Attribute | undefined {
  budget.bytes -= bytes;
  return budget.bytes < 0 ? undefined : attribute;
}

/** Whatever its form and length, what belongs into the raw archive alone; that there is nothing may be told. */
const isLeftOut = (name: string, value: Json): boolean =>
  isRawOnly(name) && value !== null && value !== '' && !isOmission(value);

const printedBytes = (value: Json): number =>
  Buffer.byteLength(typeof value === 'string' ? value : stringifyExact(value));

const omit = (bytes: number, budget: Budget): Attribute | undefined =>
  spend(budget, 20, { M: { omitted: { S: omission(bytes).omitted } } });

function fitString(value: string, path: string, budget: Budget): Attribute | undefined {
  const bytes = Buffer.byteLength(value);
  if (bytes > longestStringBytes) return omit(bytes, budget);
  if (!value.isWellFormed()) addProblem(budget, path, ': a lone surrogate was replaced');
  return spend(budget, bytes, { S: value.toWellFormed() });
}

function fitNumber(value: string, path: string, budget: Budget): Attribute | undefined {
  const digits = value.replaceAll(/\D/g, '').length;
  if (roundTrips.test(value) && value !== '-0' && digits <= longestDigits) {
    return spend(budget, Math.ceil(digits / 2) + 2, { N: value });
  }
  addProblem(budget, path, ': the number is kept as text, because the table would change its digits');
  return fitString(value, path, budget);
}
