import type {
  AnonymousClassDeclaration,
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  ClassDeclaration,
  ClassExpression,
  FunctionDeclaration,
  FunctionExpression,
} from 'acorn';

export type FunctionNode =
  | ArrowFunctionExpression
  | FunctionExpression
  | FunctionDeclaration
  | AnonymousFunctionDeclaration;
export type ClassNode = ClassDeclaration | ClassExpression | AnonymousClassDeclaration;

/** The names that a piece of code sees, and all that each may stand for. */
export class Scope {
  readonly names = new Map<string, Set<Value>>();
  readonly parent: Scope | undefined;
  readonly #inner = new Map<object, Scope>();

  constructor(parent?: Scope) {
    this.parent = parent;
  }

  find(name: string): Set<Value> | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }

  /** The scope of a function or block in this one, the same at every call. */
  inner(of: object): Scope {
    const scope = this.#inner.get(of) ?? new Scope(this);
    this.#inner.set(of, scope);
    return scope;
  }
}

/** A function of the code. What it returns, awaits or yields is one set, since nothing here depends on when. */
export type Closure = {
  kind: 'function';
  node: FunctionNode;
  scope: Scope;
  self: Set<Value>;
  returns: Set<Value>;
};
export type ClassValue = { kind: 'class'; node: ClassNode; scope: Scope; instance: Structure };
/** Objects that one place in the code makes; `*` holds the elements of lists, and fields whose name isn't known. */
export type Structure = {
  kind: 'structure';
  /** Where it is made, and where what was spread into it is made. */
  places: ReadonlySet<AnyNode>;
  /** Arrays, maps and sets. */
  isList: boolean;
  fields: Map<string, Set<Value>>;
};

/** What an expression may stand for, as far as it matters to where AWS calls go. */
export type Value =
  | Closure
  | ClassValue
  | Structure
  /** The settings of a function, as `readEnv` gives them, and one of them by the name of its variable. */
  | { kind: 'settings' }
  | { kind: 'setting'; name: string }
  /** A name imported from a package. */
  | { kind: 'imported'; from: string; name: string }
  /** A text, or what a text begins with. */
  | { kind: 'text'; text: string; isWhole: boolean }
  /** What comes from outside of the code, or from what is not followed. */
  | { kind: 'anything' };

export type Values = ReadonlySet<Value>;

export const anything: Value = { kind: 'anything' };
export const settings: Value = { kind: 'settings' };

const interned = new Map<string, Value>();
/** Texts and settings are one value each, however often they are made: sets of values hold them once. */
export function intern(value: Extract<Value, { kind: 'setting' | 'text' }>): Value {
  const id =
    value.kind === 'setting' ? `setting ${value.name}` : `${value.isWhole ? 'text' : 'beginning'} ${value.text}`;
  const present = interned.get(id) ?? value;
  interned.set(id, present);
  return present;
}

export const elements = '*';

export const structure = (place: AnyNode, { isList = false, parts = [] }: StructureOptions = {}): Structure => ({
  kind: 'structure',
  places: new Set([place, ...parts.flatMap(({ places }) => [...places])]),
  isList,
  fields: new Map(),
});

export type StructureOptions = { isList?: boolean; parts?: readonly Structure[] };

export const none: Values = new Set();
export const unknown: Values = new Set([anything]);

/** Whether it can lead to a call; of objects, that depends on what they hold. */
export const isOfInterest = ({ kind }: Value): boolean =>
  kind !== 'text' && kind !== 'structure' && kind !== 'anything';

/** The values of a field, to be added to. */
export function fieldOf({ fields }: Structure, name: string): Set<Value> {
  const values = fields.get(name) ?? new Set();
  fields.set(name, values);
  return values;
}

/** The values of a field as they are read: of all of them where its name is not known. */
export function fieldsOf({ fields, isList }: Structure, name: string): Values[] {
  const isElement = name === elements || /^\d+$/.test(name);
  if (isList) return isElement ? [...fields.values()] : [];
  return name === elements ? [...fields.values()] : [fields.get(name) ?? none, fields.get(elements) ?? none];
}

export const functionsIn = (values: Values): Closure[] => [...values].filter((value) => value.kind === 'function');

export function union(sets: readonly Values[]): Values {
  const [first = none, ...others] = sets.filter(({ size }) => size > 0);
  if (others.length === 0) return first;
  const all = new Set(first);
  for (const values of others) for (const value of values) all.add(value);
  return all;
}

/** So many objects may one place make for what is spread into it; beyond, they are one. */
const manyVariants = 32;

/** One of each spread, in all ways; all of them together where these are too many. */
export function variants(spreads: readonly (readonly Structure[])[]): readonly (readonly Structure[])[] {
  const filled = spreads.filter(({ length }) => length > 0);
  if (filled.reduce((product, { length }) => product * length, 1) > manyVariants) return [filled.flat()];
  return filled.reduce<readonly (readonly Structure[])[]>(
    (ways, options) => ways.flatMap((way) => options.map((option) => [...way, option])),
    [[]],
  );
}
