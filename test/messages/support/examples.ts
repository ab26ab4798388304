import { readdirSync, readFileSync } from 'node:fs';
import { type Json, member, parseExact } from '#lib/json/exact-json.ts';

const folder = new URL('../../fixtures/messages/', import.meta.url);

/** Names of the example messages, without `.json`. */
export const exampleNames = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, ''));

export type Example = { messageType: string; message: Json; data: Json };

/** An example message of the reference, parsed without losing a digit. */
export function example(name: string): Example {
  const message = parseExact(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const messageType = member(message, 'message_type');
  const data = member(message, 'data');
  if (typeof messageType !== 'string' || data === undefined) throw new Error(`${name} is no message`);
  return { messageType, message, data };
}

/** The `data` of an example. */
export const exampleData = (name: string): Json => example(name).data;
