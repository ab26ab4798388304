import { describe, expect, it } from 'vitest';
import { activityAt, inboundShareAt } from '#lib/simulator/daily-rhythm.ts';

const hours = Array.from({ length: 24 }, (_, hour) => hour);

describe('activityAt', () => {
  it('stays within 0 and 1 at any hour', () => {
    for (const hour of hours) {
      expect(activityAt(hour)).toBeGreaterThan(0);
      expect(activityAt(hour)).toBeLessThanOrEqual(1);
    }
  });

  it('has its peaks in the morning, at noon and in the evening, and its low at night', () => {
    expect(activityAt(8.5)).toBeGreaterThan(activityAt(10.5));
    expect(activityAt(12.5)).toBeGreaterThan(activityAt(14.5));
    expect(activityAt(18)).toBeGreaterThan(activityAt(21));
    for (const hour of [0, 1, 2, 3, 4]) expect(activityAt(hour)).toBeLessThan(0.05);
  });
});

describe('inboundShareAt', () => {
  it('lets people in before noon and out after', () => {
    expect(inboundShareAt(8)).toBeGreaterThan(0.5);
    expect(inboundShareAt(18)).toBeLessThan(0.5);
  });
});
