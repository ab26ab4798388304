import type { AnyNode, Expression } from 'acorn';
import { elements, type FunctionNode } from './values.ts';

/** The name that a member or a key has, where it is written out. */
export function nameOf(node: AnyNode): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'PrivateIdentifier') return `#${node.name}`;
  return node.type === 'Literal' ? String(node.value) : elements;
}

export const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export const childrenOf = (node: AnyNode): AnyNode[] =>
  Object.values(node)
    .flatMap((child: unknown) => child)
    .filter(isNode);

export const isExpression = (node: AnyNode): node is Expression =>
  node.type.endsWith('Expression') || ['Identifier', 'Literal', 'TemplateLiteral'].includes(node.type);

const smallLength = 500;
/** Whether a function may be followed once more for every call. */
export const isSmall = (node: FunctionNode): boolean => node.end - node.start <= smallLength && !holdsFunction(node);
const holdsFunction = (node: AnyNode): boolean =>
  childrenOf(node).some(
    (child) => child.type === 'ArrowFunctionExpression' || child.type === 'FunctionExpression' || holdsFunction(child),
  );
