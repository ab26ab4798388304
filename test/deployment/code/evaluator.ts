import type {
  AnyNode,
  CallExpression,
  Expression,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  Pattern,
  Program,
  SpreadElement,
} from 'acorn';
import { gathering, handsOn, keeping, methodsOfLists } from './built-ins.ts';
import { childrenOf, isExpression, isSmall, nameOf } from './syntax.ts';
import { beginning, joined, manyTexts } from './texts.ts';
import {
  anything,
  type ClassNode,
  type ClassValue,
  type Closure,
  elements,
  type FunctionNode,
  fieldOf,
  fieldsOf,
  functionsIn,
  intern,
  isOfInterest,
  none,
  Scope,
  type Structure,
  type StructureOptions,
  settings,
  structure,
  union,
  unknown,
  type Value,
  type Values,
  variants,
} from './values.ts';

type Frame = { scope: Scope; self: Values; returns: Set<Value> };
/** Where a call stands, where that is known, and what every parameter may be beside the arguments. */
type CallContext = { site?: CallExpression; rest?: Values };
/** An object that is made of a package's class, `new PutItemCommand({ … })`, or what our own client is asked for. */
export type Construction = { from: string; name: string; input: Values };

/** Twenty times as much as any program takes; one whose values are all each other's would take hours, and say nothing. */
const longestMs = 300_000;

/**
 * Finds what the values in a program may be, by following them from where they are made to where they are used, whatever
 * they pass through: variables, fields, arguments, results. It follows only functions that something calls, knows no order
 * and no conditions, and takes what goes through code that it doesn't see (packages, built-ins) for what went in. So it
 * finds too much rather than too little.
 */
export class Evaluator {
  readonly #program: Program;
  readonly #top = new Scope();
  readonly #copies = new Map<Closure, Map<AnyNode, Closure>>();
  readonly #closures = new Map<AnyNode, Closure>();
  readonly #classes = new Map<AnyNode, ClassValue>();
  readonly #structures = new Map<string, Structure>();
  readonly #ids = new Map<object, number>();
  readonly #called = new Set<Closure>();
  readonly #constructions = new Map<AnyNode | Structure, { from: string; name: string; input: Set<Value> }>();
  /** Objects through which functions or settings can be reached: of the others, code that isn't seen hands on nothing of interest. */
  #carriers: ReadonlySet<Value> = new Set();
  #hasChanged = false;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Calls what the program exports by a name, and gives all that is then made of classes of packages. */
  constructionsOf(exported: string): Construction[] {
    const untilMs = performance.now() + longestMs;
    do {
      this.#hasChanged = false;
      this.#findCarriers();
      const frame: Frame = { scope: this.#top, self: none, returns: new Set() };
      this.#declare(this.#program.body, frame);
      for (const statement of this.#program.body) this.#run(statement, frame);
      this.#apply(this.#top.find(exported) ?? none, [], { rest: unknown });
      for (const closure of this.#called) {
        this.#runBody(closure);
        if (performance.now() > untilMs)
          throw new Error('This takes hours: what was changed hands values to everything');
      }
    } while (this.#hasChanged);
    return [...this.#constructions.values()];
  }

  #runBody(closure: Closure): void {
    const { node, self, returns } = closure;
    const frame: Frame = { scope: closure.scope.inner(closure), self, returns };
    for (const parameter of node.params) {
      if (parameter.type === 'AssignmentPattern') this.#assign(parameter, none, frame);
    }
    if (node.body.type === 'BlockStatement') this.#run(node.body, frame);
    else this.#add(returns, this.#value(node.body, frame));
  }

  #run(node: AnyNode, frame: Frame): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
      case 'ExportNamedDeclaration':
        return;
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          if (init) this.#assign(id, this.#value(init, frame), frame);
        }
        return;
      case 'ReturnStatement':
        if (node.argument) this.#add(frame.returns, this.#value(node.argument, frame));
        return;
      case 'BlockStatement':
        this.#runBlock(node, node.body, frame);
        return;
      case 'SwitchStatement': {
        this.#value(node.discriminant, frame);
        const body = node.cases.flatMap(({ consequent }) => consequent);
        this.#runBlock(node, body, frame);
        return;
      }
      case 'ForOfStatement':
      case 'ForInStatement': {
        const inner = this.#inner(node, frame);
        const source = this.#value(node.right, inner);
        const items = node.type === 'ForOfStatement' ? this.#elements(source) : new Set([beginning('')]);
        if (node.left.type === 'VariableDeclaration') {
          this.#declare([node.left], inner);
          for (const { id } of node.left.declarations) this.#assign(id, items, inner);
        } else {
          this.#assign(node.left, items, inner);
        }
        this.#run(node.body, inner);
        return;
      }
      case 'ForStatement': {
        const inner = this.#inner(node, frame);
        if (node.init?.type === 'VariableDeclaration') this.#declare([node.init], inner);
        for (const part of childrenOf(node)) this.#run(part, inner);
        return;
      }
      case 'CatchClause': {
        const inner = this.#inner(node, frame);
        if (node.param) {
          this.#declarePattern(node.param, inner);
          this.#assign(node.param, new Set([anything]), inner);
        }
        this.#run(node.body, inner);
        return;
      }
      default:
        if (isExpression(node)) this.#value(node, frame);
        else for (const child of childrenOf(node)) this.#run(child, frame);
    }
  }

  #runBlock(node: AnyNode, body: readonly AnyNode[], frame: Frame): void {
    const inner = this.#inner(node, frame);
    this.#declare(body, inner);
    for (const statement of body) this.#run(statement, inner);
  }

  /** Makes the names of a block known before it runs, so that functions find each other and inner names hide outer ones. */
  #declare(body: readonly AnyNode[], frame: Frame): void {
    for (const node of body) {
      if (node.type === 'VariableDeclaration') for (const { id } of node.declarations) this.#declarePattern(id, frame);
      if (node.type === 'FunctionDeclaration' && node.id) {
        this.#name(node.id.name, new Set([this.#closure(node, frame)]), frame);
      }
      if (node.type === 'ClassDeclaration' && node.id)
        this.#name(node.id.name, new Set([this.#class(node, frame)]), frame);
      if (node.type !== 'ImportDeclaration') continue;
      for (const { local, ...specifier } of node.specifiers) {
        const { imported } = 'imported' in specifier ? specifier : { imported: local };
        const name = imported.type === 'Identifier' ? imported.name : String(imported.value);
        const present = frame.scope.names.get(local.name);
        if (present === undefined) {
          this.#name(local.name, new Set([{ kind: 'imported', from: String(node.source.value), name }]), frame);
        }
      }
    }
  }

  #declarePattern(pattern: Pattern, frame: Frame): void {
    switch (pattern.type) {
      case 'Identifier':
        this.#name(pattern.name, none, frame);
        return;
      case 'AssignmentPattern':
        this.#declarePattern(pattern.left, frame);
        return;
      case 'RestElement':
        this.#declarePattern(pattern.argument, frame);
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.#declarePattern(element, frame);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          this.#declarePattern(property.type === 'Property' ? property.value : property.argument, frame);
        }
        return;
      default:
    }
  }

  #name(name: string, values: Values, { scope }: Frame): void {
    const present = scope.names.get(name) ?? new Set();
    scope.names.set(name, present);
    this.#add(present, values);
  }

  #assign(pattern: Pattern, values: Values, frame: Frame): void {
    switch (pattern.type) {
      case 'Identifier':
        this.#add(frame.scope.find(pattern.name) ?? new Set(), values);
        return;
      case 'MemberExpression': {
        const name = this.#memberName(pattern, frame);
        for (const target of this.#object(pattern, frame)) {
          if (target.kind === 'structure') this.#add(fieldOf(target, name), values);
        }
        return;
      }
      case 'AssignmentPattern':
        this.#assign(pattern.left, union([values, this.#value(pattern.right, frame)]), frame);
        return;
      case 'RestElement':
        this.#assign(pattern.argument, values, frame);
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.#assign(element, this.#elements(values), frame);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#assign(property.argument, values, frame);
          else this.#assign(property.value, this.#members(values, this.#keyName(property, frame)), frame);
        }
    }
  }

  #value(node: Expression | SpreadElement, frame: Frame): Values {
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string'
          ? new Set([intern({ kind: 'text', text: node.value, isWhole: true })])
          : none;
      case 'Identifier':
        return frame.scope.find(node.name) ?? none;
      case 'ThisExpression':
        return frame.self;
      case 'TemplateLiteral':
        return joined(
          node.quasis.flatMap(({ value }, index) => {
            const expression = node.expressions[index];
            const text = new Set([intern({ kind: 'text', text: value.cooked ?? '', isWhole: true })]);
            return expression === undefined ? [text] : [text, this.#value(expression, frame)];
          }),
        );
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return new Set([this.#closure(node, frame)]);
      case 'ClassExpression':
        return new Set([this.#class(node, frame)]);
      case 'ObjectExpression':
        return this.#objects(node, frame);
      case 'ArrayExpression': {
        const array = this.#structure(node, { isList: true });
        for (const element of node.elements) {
          if (element) this.#add(fieldOf(array, elements), this.#value(element, frame));
        }
        return new Set([array]);
      }
      case 'MemberExpression':
        return this.#members(this.#object(node, frame), this.#memberName(node, frame));
      case 'CallExpression':
        return this.#call(node, frame);
      case 'NewExpression':
        return this.#construct(node, frame);
      case 'AssignmentExpression': {
        const values = this.#value(node.right, frame);
        this.#assign(node.left, values, frame);
        return values;
      }
      case 'BinaryExpression': {
        const left = node.left.type === 'PrivateIdentifier' ? none : this.#value(node.left, frame);
        const right = this.#value(node.right, frame);
        return node.operator === '+' && [...left, ...right].some(({ kind }) => kind === 'text')
          ? joined([left, right])
          : none;
      }
      case 'LogicalExpression':
        return union([this.#value(node.left, frame), this.#value(node.right, frame)]);
      case 'ConditionalExpression':
        this.#value(node.test, frame);
        return union([this.#value(node.consequent, frame), this.#value(node.alternate, frame)]);
      case 'SequenceExpression':
        return union(node.expressions.map((expression) => this.#value(expression, frame)).slice(-1));
      case 'YieldExpression': {
        const values = node.argument ? this.#value(node.argument, frame) : none;
        this.#add(frame.returns, node.delegate ? this.#elements(values) : values);
        return none;
      }
      case 'AwaitExpression':
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        return this.#value(node.type === 'AwaitExpression' ? node.argument : node.expression, frame);
      case 'SpreadElement':
        return this.#elements(this.#value(node.argument, frame));
      default:
        // The rest makes no objects: operators, tagged templates, `import.meta`.
        for (const child of childrenOf(node)) this.#run(child, frame);
        return new Set([anything]);
    }
  }

  #object({ object }: MemberExpression, frame: Frame): Values {
    return object.type === 'Super' ? frame.self : this.#value(object, frame);
  }

  #call(site: CallExpression, frame: Frame): Values {
    const { callee, arguments: nodes } = site;
    const args = nodes.map((argument) => this.#value(argument, frame));
    if (callee.type === 'Super') return none;
    const builtIn = builtInOf(callee, frame);
    if (builtIn !== undefined) {
      if (!handsOn.has(builtIn)) return unknown;
      const content = this.#contentOf(builtIn.startsWith('Object.') ? this.#withFields(args) : args);
      if (builtIn === 'Object.fromEntries') return new Set([this.#holding(site, content)]);
      return union([content, this.#handOver(nodes, args, content)]);
    }
    if (callee.type === 'MemberExpression') {
      return this.#callMethod(this.#object(callee, frame), this.#memberName(callee, frame), site, args);
    }
    const callees = this.#value(callee, frame);
    const functions = functionsIn(callees);
    const isSeen = functions.length > 0 && functions.length === callees.size;
    return union([
      this.#apply(functions, args, { site }),
      isSeen ? none : this.#handOver(nodes, args, this.#contentOf(args)),
    ]);
  }

  #callMethod(receivers: Values, name: string, site: CallExpression, args: readonly Values[]): Values {
    const methods = new Set<Closure>();
    const others = new Set<Value>();
    for (const receiver of receivers) {
      const own = receiver.kind === 'structure' ? functionsIn(this.#members(new Set([receiver]), name)) : [];
      for (const method of own) methods.add(method);
      if (own.length === 0 && (receiver.kind !== 'structure' || methodsOfLists.has(name))) others.add(receiver);
    }
    const given = this.#apply(methods, args, { site });
    if (others.size === 0) return given;
    if (name === 'call' || name === 'apply') this.#apply(functionsIn(others), [], { rest: union(args) });
    if (keeping.has(name)) {
      for (const other of others) {
        if (other.kind === 'structure') for (const values of args) this.#add(fieldOf(other, elements), values);
      }
    }
    const content = this.#contentOf([others, ...(gathering.has(name) ? args : [])]);
    return union([given, content, this.#handOver(site.arguments, args, content)]);
  }

  #findCarriers(): void {
    const all = [...this.#structures.values(), ...[...this.#classes.values()].map(({ instance }) => instance)];
    const carriers = new Set<Value>();
    for (let before = -1; before < carriers.size; ) {
      before = carriers.size;
      for (const one of all) {
        const held = [...one.fields.values()].flatMap((values) => [...values]);
        if (held.some((value) => isOfInterest(value) || carriers.has(value))) carriers.add(one);
      }
    }
    if (carriers.size > this.#carriers.size) this.#hasChanged = true;
    this.#carriers = carriers;
  }

  /** What can be had from values without naming a field: they themselves, and the elements of arrays. */
  #contentOf(sets: readonly Values[]): Set<Value> {
    const seen = new Set<Value>();
    const collect = (value: Value): void => {
      if (seen.has(value)) return;
      seen.add(value);
      if (value.kind === 'structure') for (const inner of value.fields.get(elements) ?? none) collect(inner);
    };
    for (const values of sets) for (const value of values) collect(value);
    return new Set([...seen].filter((value) => isOfInterest(value) || this.#carriers.has(value)));
  }

  /** An object with fields of any name. */
  #holding(place: AnyNode, content: Values, options: StructureOptions = {}): Structure {
    const made = this.#structure(place, options);
    this.#add(fieldOf(made, elements), content);
    return made;
  }

  #withFields(args: readonly Values[]): Values[] {
    return args.flatMap((values) => [values, this.#members(values, elements)]);
  }

  /** What code that isn't seen calls back with what it has, and gives what that gives. */
  #handOver(nodes: readonly AnyNode[], args: readonly Values[], content: Values): Values {
    const handed = union(args.map((values, index) => this.#handed(nodes[index], values)));
    return union([unknown, this.#apply(functionsIn(handed), [], { rest: union([unknown, content]) })]);
  }

  /** Calls functions of the code. */
  #apply(callees: Iterable<Value>, args: readonly Values[], { rest = none, site }: CallContext = {}): Values {
    const results: Values[] = [];
    for (const called of callees) {
      if (called.kind !== 'function') continue;
      if (isSettingsReader(called)) {
        results.push(new Set([settings]));
        continue;
      }
      if (isLeanClient(called)) this.#ask(args[0] ?? none);
      const callee = site === undefined || !isSmall(called.node) ? called : this.#copyFor(site, called);
      if (!this.#called.has(callee)) {
        this.#called.add(callee);
        this.#hasChanged = true;
      }
      const frame: Frame = {
        scope: callee.scope.inner(callee),
        self: callee.self,
        returns: callee.returns,
      };
      for (const [index, parameter] of callee.node.params.entries()) {
        this.#declarePattern(parameter, frame);
        const given = parameter.type === 'RestElement' ? union(args.slice(index)) : (args[index] ?? none);
        this.#assign(parameter, union([given, rest]), frame);
      }
      results.push(callee.returns);
    }
    return union(results);
  }

  /** Each object that the lean client may be handed is a call: its operation and its input go over the wire as they are. */
  #ask(calls: Values): void {
    for (const call of calls) {
      if (call.kind !== 'structure') continue;
      for (const operation of fieldOf(call, 'operation')) {
        const name = operation.kind === 'text' && operation.isWhole ? operation.text : 'unknown';
        const known = this.#constructions.get(call) ?? { from: leanClient, name: `${name}Command`, input: new Set() };
        this.#constructions.set(call, known);
        this.#add(known.input, fieldOf(call, 'input'));
      }
    }
  }

  /** Small functions are followed call by call: what one caller gives `member(value, name)` comes back to it alone. */
  #copyFor(site: AnyNode, closure: Closure): Closure {
    const copies = this.#copies.get(closure) ?? new Map<AnyNode, Closure>();
    this.#copies.set(closure, copies);
    const copy = copies.get(site) ?? { ...closure, returns: new Set() };
    copies.set(site, copy);
    return copy;
  }

  /** The functions in an argument: itself, or in the fields of an object that is written out in the call. */
  #handed(node: AnyNode | undefined, values: Values): Values {
    const functions = new Set<Value>(functionsIn(values));
    if (node?.type !== 'ObjectExpression') return functions;
    return union([functions, new Set(functionsIn(this.#members(values, elements)))]);
  }

  #construct(node: NewExpression, frame: Frame): Values {
    const args = node.arguments.map((argument) => this.#value(argument, frame));
    const given = this.#handOver(node.arguments, args, this.#contentOf(args));
    const builtIn = builtInOf(node.callee, frame);
    if (builtIn !== undefined && handsOn.has(builtIn)) {
      return new Set([this.#holding(node, this.#contentOf(args), { isList: true })]);
    }
    const made = new Set<Value>(given);
    for (const callee of this.#value(node.callee, frame)) {
      if (callee.kind === 'class') {
        made.add(callee.instance);
        this.#apply(this.#members(new Set([callee.instance]), 'constructor'), args);
        this.#runFields(callee);
      } else if (callee.kind === 'imported') {
        const known = this.#constructions.get(node) ?? { from: callee.from, name: callee.name, input: new Set() };
        this.#constructions.set(node, known);
        this.#add(known.input, args[0] ?? none);
      }
    }
    return made;
  }

  #runFields({ node, scope, instance }: ClassValue): void {
    const frame: Frame = { scope, self: new Set([instance]), returns: new Set() };
    for (const member of node.body.body) {
      if (member.type !== 'PropertyDefinition' || member.static || !member.value) continue;
      this.#add(fieldOf(instance, this.#keyName(member, frame)), this.#value(member.value, frame));
    }
  }

  #class(node: ClassNode, frame: Frame): ClassValue {
    const present = this.#classes.get(node);
    if (present !== undefined) return present;
    const instance = structure(node.body);
    const value: ClassValue = { kind: 'class', node, scope: frame.scope, instance };
    this.#classes.set(node, value);
    const self = new Set<Value>([instance]);
    for (const member of node.body.body) {
      if (member.type !== 'MethodDefinition' || member.static) continue;
      const method = this.#closure(member.value, { ...frame, self });
      this.#add(fieldOf(instance, this.#keyName(member, frame)), new Set([method]));
    }
    return value;
  }

  #closure(node: FunctionNode, { scope, self }: Frame): Closure {
    const closure = this.#closures.get(node) ?? {
      kind: 'function',
      node,
      scope,
      self: new Set(self),
      returns: new Set(),
    };
    this.#closures.set(node, closure);
    return closure;
  }

  /** What is spread into an object makes objects of their own, so that a query by an index is not one without. */
  #objects(node: ObjectExpression, frame: Frame): Values {
    const spreads = node.properties.flatMap((property) =>
      property.type === 'SpreadElement'
        ? [[...this.#value(property.argument, frame)].filter((value) => value.kind === 'structure')]
        : [],
    );
    const made = variants(spreads).map((sources) => {
      const others = sources.filter(({ places }) => !places.has(node));
      const object = this.#structure(node, { parts: others });
      for (const source of sources) {
        for (const [name, values] of source.fields) this.#add(fieldOf(object, name), values);
      }
      return object;
    });
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') continue;
      const names = property.computed ? this.#computedNames(property.key, frame) : [this.#keyName(property, frame)];
      const values = this.#value(property.value, frame);
      for (const object of made) for (const name of names) this.#add(fieldOf(object, name), values);
    }
    return new Set(made);
  }

  /** A computed name is worth knowing where it is a setting: a table's name is the key of what is written into it. */
  #computedNames(key: Expression, frame: Frame): string[] {
    const values = [...this.#value(key, frame)];
    const named = values.flatMap((value) =>
      value.kind === 'setting' ? [settingKey(value.name)] : value.kind === 'text' && value.isWhole ? [value.text] : [],
    );
    return named.length === 0 || named.length < values.length ? [...named, elements] : named;
  }

  #structure(node: AnyNode, options: StructureOptions = {}): Structure {
    const id = [node, ...(options.parts ?? [])].map((one) => this.#idOf(one)).join(' ');
    const made = this.#structures.get(id) ?? structure(node, options);
    this.#structures.set(id, made);
    return made;
  }

  #members(values: Values, name: string): Values {
    const found = new Set<Value>();
    for (const value of values) {
      if (value.kind === 'structure') {
        for (const field of fieldsOf(value, name)) for (const one of field) found.add(one);
      } else if (value.kind === 'settings') {
        found.add(intern({ kind: 'setting', name }));
      } else if (value.kind === 'setting' || value.kind === 'anything') {
        found.add(value);
      }
    }
    return found;
  }

  /** What an array, a map or a generator gives one after the other. */
  #elements(values: Values): Values {
    return union([values, this.#members(values, elements)]);
  }

  #memberName(node: { property: AnyNode; computed: boolean }, frame: Frame): string {
    if (!node.computed) return nameOf(node.property);
    const values = isExpression(node.property) ? [...this.#value(node.property, frame)] : [];
    const [only] = values;
    return values.length === 1 && only?.kind === 'text' && only.isWhole ? only.text : elements;
  }

  #keyName({ key, computed }: { key: AnyNode; computed: boolean }, frame: Frame): string {
    return this.#memberName({ property: key, computed }, frame);
  }

  #inner(node: AnyNode, frame: Frame): Frame {
    return { ...frame, scope: frame.scope.inner(node) };
  }

  #idOf(one: object): number {
    const id = this.#ids.get(one) ?? this.#ids.size;
    this.#ids.set(one, id);
    return id;
  }

  #add(target: Set<Value>, values: Values): void {
    for (const value of values) {
      if (target.has(value)) continue;
      const isOneTooMany =
        value.kind === 'text' && [...target].filter(({ kind }) => kind === 'text').length >= manyTexts;
      const added = isOneTooMany ? beginning('') : value;
      if (target.has(added)) continue;
      target.add(added);
      this.#hasChanged = true;
    }
  }
}

/** The field of an object whose name is the value of a setting. */
export const settingKey = (name: string): string => `setting ${name}`;

/** What comes from here is settings: it validates the environment, which isn't followed. */
const isSettingsReader = ({ node }: Closure): boolean =>
  'id' in node && /^read(?:Receiver)?Env$/.test(node.id?.name ?? '');

/** What asks AWS in the place of the SDK: all of its calls go through one function. */
export const leanClient = 'askAws';
const isLeanClient = ({ node }: Closure): boolean => 'id' in node && node.id?.name === leanClient;

/** The name of a built-in and of what is in it, as in `Object.entries`. */
function builtInOf(node: AnyNode, { scope }: Pick<Frame, 'scope'>): string | undefined {
  if (node.type === 'Identifier') return scope.find(node.name) === undefined ? node.name : undefined;
  if (node.type !== 'MemberExpression') return undefined;
  const owner = builtInOf(node.object, { scope });
  return owner === undefined ? undefined : `${owner}.${nameOf(node.property)}`;
}
