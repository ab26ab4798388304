import { describe, expect, it } from 'vitest';
import { microCheckpointData } from '#lib/messages/micro-checkpoint-data.ts';
import { exampleData } from './support/examples.ts';

describe('microCheckpointData', () => {
  it('lifts the columns of the message', () => {
    expect(microCheckpointData.columns(exampleData('micro_checkpoint_data-51-micro-checkpoint'))).toEqual({
      data_id: '167687231972200300350000kcxdq130',
      itgt_type: 51,
      meta_type_mask: 2,
      captured_at: '2023-02-20T05:51:57.957Z',
    });
  });

  it('makes a part of each vehicle, the make by its index and by its name', () => {
    const [only, ...rest] = microCheckpointData.children(exampleData('micro_checkpoint_data-51-micro-checkpoint'));
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ part: 'target', index: 0, deviceId: '219123456CYP***', channelId: '0' });
    expect(only?.columns).toEqual({
      data_id: '167687231972200300350000kcxdq130',
      target_type: 51,
      trecord_type: 36,
      global_object_id: 7200441985172434795n,
      lane_id: 3,
      plate_char: '浙A306B1',
      plate_color: 1,
      plate_type: 1,
      plate_confidence: 97,
      vehicle_type: 1,
      vehicle_type_ext: 18,
      vehicle_color: 2,
      vehicle_direction: 4,
      car_pre_brand: 75,
      car_pre_brand_name: '日产',
      car_sub_brand: 574,
      car_sub_brand_name: '轩逸',
      car_year_brand: '2009_2012_2016_2018',
      mfr_main_belt: 1,
      mfr_main_call: 0,
      mfr_vice_belt: 0,
      mfr_vice_exist: 0,
      captured_at: '2023-02-20T05:51:57.957Z',
    });
    expect(only?.pictures.map(({ kind }) => kind)).toEqual(['panorama', 'vehicle', 'plate']);
  });

  it('lifts all sixteen statistics of a lane', () => {
    const [only] = microCheckpointData.children(exampleData('micro_checkpoint_data-52-traffic-statistics'));
    const statistics = Object.entries(only?.columns ?? {}).filter(([name]) => name.includes('statistics'));
    expect(statistics).toHaveLength(16);
    expect(only?.columns).toMatchObject({
      target_type: 52,
      traffic_statistics_cycle: 5,
      statistics_lane_count: 3,
      statistics_vehicle_count: 0,
    });
  });

  it('numbers the pictures of the second vehicle and counts a shared panorama once', () => {
    const url = (name: string) => `https://ivm.example.com/${name}`;
    const children = microCheckpointData.children({
      device_id: 'D',
      channel_id: '0',
      data: {
        targets: [
          { panorama_pic: url('p'), plate_pic: url('1') },
          { panorama_pic: url('p'), plate_pic: url('2') },
        ],
      },
    });
    expect(children.map(({ pictures }) => pictures.map(({ kind }) => kind))).toEqual([
      ['panorama', 'plate'],
      ['plate-1'],
    ]);
  });

  it('names camera and time', () => {
    const data = exampleData('micro_checkpoint_data-52-traffic-statistics');
    expect(microCheckpointData.camera(data)).toEqual({ deviceId: '219123456CYP***', channelId: '0' });
    expect(microCheckpointData.eventTime(data)).toBe('2023-02-20T14:27:40+08:00');
    expect(microCheckpointData.pictures(data)).toEqual([]);
  });
});
