import { ConfigError } from '#lib/errors.ts';

export type VariableSources = {
  /** Values of `${param:…}` given by hand; others come from `params` of the template. */
  params: { readonly [name: string]: string };
  /** Values of `${opt:…}`. */
  options: { readonly [name: string]: string };
};

export type VariableResolver = {
  /** A value of the template with every variable of the Serverless Framework replaced; `${AWS::…}` and the like stay. */
  resolve(value: unknown, path: string): unknown;
};

/** The innermost variable: a source, a colon, an address, further alternatives. CloudFormation's own have no such source. */
const innermost = /\$\{(?!AWS::)(\w+:[^${}]*)\}/;
const deepestReference = 20;

/**
 * Replaces the Serverless Framework's variables: `param`, `opt`, `self`, `sls:stage`, each with alternatives
 * (`${opt:region, 'x'}`).
 *
 * @throws ConfigError that names the path, for a variable without value or of a source that it doesn't know
 */
export function createVariableResolver(template: unknown, { params, options }: VariableSources): VariableResolver {
  const resolveAt = (value: unknown, path: string, depth: number): unknown => {
    if (depth > deepestReference) throw templateError(path, 'refers to itself');
    if (typeof value === 'string') return resolveText(value, path, depth);
    if (Array.isArray(value)) return value.map((item, index) => resolveAt(item, `${path}.${index}`, depth));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [name, resolveAt(member, `${path}.${name}`, depth)]),
      );
    }
    return value;
  };

  const resolveText = (text: string, path: string, depth: number): unknown => {
    let resolved = text;
    for (let match = innermost.exec(resolved); match !== null; match = innermost.exec(resolved)) {
      const value = evaluate(match[1] ?? '', path, depth);
      if (match[0] === resolved) return value;
      if (!isScalar(value)) throw templateError(path, `puts a whole object into a text: ${match[0]}`);
      resolved = `${resolved.slice(0, match.index)}${String(value)}${resolved.slice(match.index + match[0].length)}`;
    }
    return resolved;
  };

  const evaluate = (expression: string, path: string, depth: number): unknown => {
    for (const alternative of expression.split(/,(?=(?:[^']*'[^']*')*[^']*$)/)) {
      const value = evaluateAlternative(alternative.trim(), path, depth);
      if (value !== undefined) return value;
    }
    throw templateError(path, `has no value for \${${expression}}`);
  };

  const stageAt = (path: string, depth: number): string => {
    const stage = options['stage'] ?? resolveAt(memberAt(template, 'provider.stage'), path, depth + 1);
    return typeof stage === 'string' ? stage : 'dev';
  };
  const paramOf = (stage: string, name: string): unknown => memberAt(template, `params.${stage}.${name}`);

  const evaluateAlternative = (text: string, path: string, depth: number): unknown => {
    const quoted = /^'(.*)'$|^"(.*)"$/s.exec(text);
    if (quoted !== null) return quoted[1] ?? quoted[2];
    if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
    if (text === 'true' || text === 'false') return text === 'true';
    const [, source, address = ''] = /^(\w+):(.*)$/s.exec(text) ?? [];
    switch (source) {
      case 'param':
        return params[address] ?? paramOf(stageAt(path, depth), address) ?? paramOf('default', address);
      case 'opt':
        return options[address];
      case 'self':
        return resolveAt(
          memberAt(template, address, (text) => resolveText(text, address, depth + 1)),
          address,
          depth + 1,
        );
      case 'sls':
        if (address === 'stage') return stageAt(path, depth);
        break;
      default:
    }
    throw templateError(path, `uses "${text}", which the local stack does not understand`);
  };

  return { resolve: (value, path) => resolveAt(value, path, 0) };
}

/** @param resolveText tells what a variable on the way stands for */
function memberAt(
  template: unknown,
  address: string,
  resolveText: (text: string) => unknown = (text) => text,
): unknown {
  return address.split('.').reduce<unknown>((value, name) => {
    const holder = typeof value === 'string' ? resolveText(value) : value;
    return typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined;
  }, template);
}

export const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** A mistake in serverless.yml, or something in it that the local stack can't do. */
export const templateError = (path: string, problem: string): ConfigError =>
  new ConfigError('serverless-yml', `serverless.yml: ${path} ${problem}`);
