import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  commonFields,
  cornerBox,
  gridBox,
  gridSpeed,
  indexFields,
  line,
  metaTypeMask,
  pixelBox,
  recordFields,
  relativeBox,
  ruleAreaFields,
  snapshotFields,
} from '#lib/message-schemas/shared-fields.ts';
import { knownField } from './support/known-field.ts';

const unitOf = (schema: z.ZodType, member: string) =>
  knownField(z.object({ at: schema }), `data.at.${member}`)?.['unit'];

describe('shared fields', () => {
  it.each([
    {
      name: 'a corner box',
      schema: cornerBox('a box'),
      member: 'x_cor',
      unit: "ten-thousandths of the panorama's width",
    },
    {
      name: 'a relative box',
      schema: relativeBox('a box'),
      member: 'height',
      unit: "ten-thousandths of the panorama's height",
    },
    { name: 'a pixel box', schema: pixelBox('a box'), member: 'x', unit: 'pixels' },
    { name: 'a grid box', schema: gridBox('a box'), member: 'y', unit: 'grid cells' },
    { name: 'a rule line', schema: line('a line', false), member: 'x1', unit: 'grid columns' },
    {
      name: 'a relative rule line',
      schema: line('a line', true),
      member: 'y2',
      unit: "ten-thousandths of the panorama's height",
    },
    { name: 'a speed', schema: gridSpeed('a speed'), member: 'x', unit: 'grid columns, per an undocumented time' },
  ])('measures $name in its own unit', ({ schema, member, unit }) => {
    expect(unitOf(schema, member)).toBe(unit);
  });

  it('does not mix the two spellings of a corner', () => {
    expect(knownField(z.object({ at: cornerBox('a box') }), 'data.at.x')).toBeUndefined();
    expect(knownField(z.object({ at: relativeBox('a box') }), 'data.at.x_cor')).toBeUndefined();
  });

  it('takes sums of kinds of data, and none', () => {
    const schema = z.strictObject({ meta_type_mask: metaTypeMask() });
    expect(schema.safeParse({ meta_type_mask: 3 }).success).toBe(true);
    expect(schema.safeParse({ meta_type_mask: null }).success).toBe(true);
  });

  it('keeps what the types share apart from what they do not', () => {
    expect(Object.keys({ ...commonFields, ...indexFields })).toHaveLength(11);
    expect(Object.keys(recordFields)).toEqual(['device_id', 'channel_id', 'data_id', 'report_time']);
    expect(Object.keys(snapshotFields)).toHaveLength(4);
    expect(Object.keys(ruleAreaFields)).toEqual(['rule_area_pos', 'rule_area_pos_relative']);
  });
});
