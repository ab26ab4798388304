import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outlinesPath, outlinesSource } from '#lib/packaging/write-outlines.ts';

describe('the outlines of messages', () => {
  it('are what `npm run outlines` makes of the schemas now', () => {
    expect(readFileSync(outlinesPath, 'utf8')).toBe(outlinesSource());
  });
});
