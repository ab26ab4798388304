import { describe, expect, it } from 'vitest';
import { messageSchemas } from '#lib/message-schemas/message-schemas.ts';
import documented from '../fixtures/documented-fields.json' with { type: 'json' };
import { knownField } from './support/known-field.ts';

describe('documented fields', () => {
  it('covers all 605 paths of the nine types', () => {
    expect(documented).toHaveLength(605);
    expect(new Set(documented.map(({ messageType }) => messageType)).size).toBe(9);
  });

  it.each(Object.entries(messageSchemas).map(([type, schema]) => ({ type, schema })))(
    'are all known and described for $type',
    ({ type, schema }) => {
      const undescribed = documented
        .filter(({ messageType }) => messageType === type)
        .filter(({ path }) => (knownField(schema, path)?.description ?? '').length < 3)
        .map(({ path }) => path);
      expect(undescribed).toEqual([]);
    },
  );

  it.each(Object.entries(messageSchemas).map(([type, schema]) => ({ type, schema })))(
    'are described in English without a word of the source for $type',
    ({ type, schema }) => {
      const foreign = documented
        .filter(({ messageType }) => messageType === type)
        .filter(({ path }) => /[^\u0020-\u007e–×]/.test(JSON.stringify(knownField(schema, path))))
        .map(({ path }) => path);
      expect(foreign).toEqual([]);
    },
  );

  it('are not known by names the reference does not give', () => {
    expect(knownField(messageSchemas.device_alarm, 'data.target.foo')).toBeUndefined();
    expect(knownField(messageSchemas.device_alarm, 'data.alarm_type.foo')).toBeUndefined();
  });
});
