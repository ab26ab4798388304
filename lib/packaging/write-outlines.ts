import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { messageSchemas } from '#lib/message-schemas/message-schemas.ts';
import { outlineOf } from '#lib/message-schemas/outline-of.ts';
import type { Outline } from '#lib/messages/outline.ts';

/** Where the outlines of all messages are kept. */
export const outlinesPath = new URL('../messages/outlines.ts', import.meta.url).pathname;

/** The module that holds the outlines of all messages, made of their schemas. */
export function outlinesSource(): string {
  const outlines = Object.fromEntries(
    Object.entries(messageSchemas).map(([messageType, schema]) => [messageType, outlineOf(schema)]),
  );
  return `import type { MessageType } from '#lib/callback/subscriptions.ts';
import type { ObjectOutline } from './outline.ts';

/** Names and types of the schemas in \`lib/message-schemas\`. Written by \`npm run outlines\`: change those instead. */
export const outlines = ${printed(outlines, '')} as const satisfies { readonly [messageType in MessageType]: ObjectOutline };
`;
}

function printed(outline: Outline, indent: string): string {
  if (typeof outline === 'string') return `'${outline}'`;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(outline) ? '[]' : '{}';
  const lines = Object.entries(outline).map(
    ([name, member]) => `${deeper}${open === '{' ? `${name}: ` : ''}${printed(member, deeper)},\n`,
  );
  return `${open}\n${lines.join('')}${indent}${close}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(outlinesPath, outlinesSource());
