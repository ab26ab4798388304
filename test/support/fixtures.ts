import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../fixtures/messages/', import.meta.url);

export type ExampleMessage = { name: string; text: string; messageType: string };

/** The example messages of the reference (10.1.4), byte for byte. */
export const exampleMessages: readonly ExampleMessage[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .map((name) => ({
    name: name.replace(/\.json$/, ''),
    text: readFileSync(new URL(name, folder), 'utf8'),
    messageType: name.slice(0, name.indexOf('-')),
  }));

export function exampleMessage(name: string): ExampleMessage {
  const found = exampleMessages.find((message) => message.name === name);
  if (found === undefined) throw new Error(`there is no example message ${name}`);
  return found;
}
