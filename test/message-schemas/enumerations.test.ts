import { describe, expect, it } from 'vitest';
import * as enumerations from '#lib/message-schemas/enumerations.ts';

describe('enumerations', () => {
  it('have as many values as the reference prints', () => {
    const sizes = Object.fromEntries(
      Object.entries(enumerations).map(([name, labels]) => [name, Object.keys(labels).length]),
    );
    expect(sizes).toEqual({
      alarmTypes: 27,
      alarmClassifications: 7,
      alarmStatuses: 3,
      ageGroupNames: 6,
      statusMethods: 6,
      offlineReasons: 3,
      channelAbilities: 38,
      deviceTypes: 7,
      upgradeFileTypes: 23,
      upgradeStatuses: 8,
      unbindTypes: 6,
      businessTypes: 14,
      recordTypes: 61,
      ruleTypes: 24,
      plateColors: 15,
      plateTypes: 63,
      vehicleTypes: 41,
      vehicleColors: 14,
      objectTypes: 19,
      objectStatuses: 10,
      carBrands: 231,
    });
  });

  it.each(Object.entries(enumerations))('%s are labelled in English', (_name, labels) => {
    const odd = Object.values(labels).filter((label) => !/^[\u0020-\u007e]{2,}$/.test(label));
    expect(odd).toEqual([]);
  });

  it.each([
    { labels: enumerations.alarmTypes, value: 'mask_alarm', label: 'face mask' },
    { labels: enumerations.vehicleTypes, value: '512', label: 'all' },
    { labels: enumerations.carBrands, value: '74', label: 'Skoda' },
    { labels: enumerations.plateColors, value: '1', label: 'white on blue' },
    { labels: enumerations.ruleTypes, value: '9', label: 'people counting' },
    { labels: enumerations.recordTypes, value: '36', label: 'micro checkpoint' },
  ])('label $value as "$label"', ({ labels, value, label }) => {
    expect(labels[value]).toBe(label);
  });
});
