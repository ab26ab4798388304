import { describe, expect, it } from 'vitest';
import { channelPackages } from '#lib/inventory/channel-packages.ts';

const channel = (states: string[], system = 'NORMAL') => ({
  channel_resource_state: states,
  channel_system_state: system,
});

describe('channelPackages', () => {
  it.each([
    { states: ['MANAGEMENT_GRANT', 'INDUSTRY_DATA_GRANT'], access: 'granted', data: 'granted', lacking: [] },
    { states: ['MANAGEMENT_ARREAR', 'INDUSTRY_DATA_GRANT'], access: 'arrears', data: 'granted', lacking: ['access'] },
    {
      states: ['MANAGEMENT_GRANT', 'INDUSTRY_DATA_CLOSED'],
      access: 'granted',
      data: 'closed',
      lacking: ['industry-data'],
    },
    { states: ['EVENT_RECORD_CLOSED', 'FULL_RECORD_CLOSED'], access: 'unknown', data: 'unknown', lacking: [] },
    {
      states: ['MANAGEMENT_CLOSED', 'INDUSTRY_DATA_ARREAR'],
      access: 'closed',
      data: 'arrears',
      lacking: ['access', 'industry-data'],
    },
  ])('reads $states', ({ states, access, data, lacking }) => {
    expect(channelPackages(channel(states), false)).toEqual({
      access,
      industryData: data,
      isFrozen: false,
      status: lacking.length === 0 ? 'granted' : 'no-package',
      lacking,
    });
  });

  it.each([
    { title: 'the channel', system: 'UNAVAILABLE_FROZEN', isDeviceFrozen: false },
    { title: 'its device', system: 'NORMAL', isDeviceFrozen: true },
  ])('tells frost of $title apart from packages', ({ system, isDeviceFrozen }) => {
    const states = ['MANAGEMENT_GRANT', 'INDUSTRY_DATA_GRANT'];
    expect(channelPackages(channel(states, system), isDeviceFrozen)).toMatchObject({
      access: 'granted',
      isFrozen: true,
      status: 'no-package',
      lacking: ['frozen'],
    });
  });
});
