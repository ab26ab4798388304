import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operatorCommand } from '../../lib/dashboard-page/operator-command.ts';
import { readableJson } from '../../lib/dashboard-page/readable-json.ts';

describe('readable JSON', () => {
  it('stands on lines of its own, with short lists on one and numbers as they were', () => {
    expect(readableJson('{"id":12345678901234567890123,"a":{},"l":[1, null,"]"],"o":[{"b":"\\"{,"}]}')).toBe(
      `{
  "id": 12345678901234567890123,
  "a": {},
  "l": [1, null,"]"],
  "o": [
    {
      "b": "\\"{,"
    }
  ]
}`,
    );
  });

  it('is the same JSON as before', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(4), (json, indent) => {
        const given = JSON.stringify(JSON.parse(json), null, indent);
        expect(JSON.parse(readableJson(given))).toEqual(JSON.parse(given));
      }),
    );
  });

  it('leaves what is none as it is, and takes what was cut as far as it goes', () => {
    for (const text of ['', 'x', '<img src=x>', '{"a":', '[1,2']) expect(readableJson(text)).toBe(text);
    expect(readableJson('{"a":{"b":"unfin', true)).toBe('{\n  "a": {\n    "b": "unfin');
  });
});

describe('a command for an operator', () => {
  it.each([
    ['ivm-bridge-acme-prod', 'prod', 'npx ivm-bridge doctor --tenant acme'],
    ['ivm-bridge-acme-2-test', 'test', 'npx ivm-bridge doctor --tenant acme-2 --stage test'],
    ['ivm-bridge-local-dev', 'dev', 'npx ivm-bridge doctor --local'],
    ['', '', 'npx ivm-bridge doctor --tenant NAME'],
  ])('names the stack %s', (stack, stage, command) => {
    expect(operatorCommand({ stack, stage }, 'doctor')).toContain(command);
  });
});
