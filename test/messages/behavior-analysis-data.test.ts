import { describe, expect, it } from 'vitest';
import { behaviorAnalysisData } from '#lib/messages/behavior-analysis-data.ts';
import { exampleData } from './support/examples.ts';

describe('behaviorAnalysisData', () => {
  const data = exampleData('behavior_analysis_data-21-behavior-snapshot');

  it('lifts the columns of the message', () => {
    expect(behaviorAnalysisData.columns(data)).toEqual({
      data_id: '167682298743800500010002rwnwv040',
      itgt_type: 21,
      rule_type: 4,
      meta_type_mask: 2,
      target_time_domain_info: 1,
      captured_at: '2021-09-13T01:48:48.392Z',
    });
  });

  it('takes the service from the first target where common has none', () => {
    expect(behaviorAnalysisData.columns({ data: { targets: [{}, { target_type: 21 }] } })).toEqual({ itgt_type: 21 });
  });

  it('makes a part of the panorama and of each object', () => {
    expect(
      behaviorAnalysisData.children(data).map(({ index, columns, pictures }) => ({ index, columns, pictures })),
    ).toEqual([
      {
        index: 0,
        columns: {
          data_id: '167682298742100500010001rwnww040',
          target_type: 21,
          captured_at: '2021-09-13T01:48:48.392Z',
        },
        pictures: [
          {
            kind: 'panorama',
            url: 'https://www.example.com/v1/holo/tlv_HOLO123***_0_20230220_tlv_167682298742100500010001rwnww040.jpg/static',
          },
        ],
      },
      ...[
        { data_id: '167682298743800500010000rwnww040', global_object_id: 7007351688747024516n, obj_id: 132 },
        { data_id: '167682298743800500010001rwnwv040', global_object_id: 7007351688747024510n, obj_id: 126 },
        { data_id: '167682298743800500010002rwnwv040', global_object_id: 7007351688747024493n, obj_id: 109 },
      ].map((columns, position) => ({
        index: position + 1,
        columns: { ...columns, target_type: 21, obj_type: 98, obj_status: 16 },
        pictures: [],
      })),
    ]);
  });

  it('names camera and time, and wants nothing outside its targets', () => {
    expect(behaviorAnalysisData.camera(data)).toEqual({ deviceId: 'HOLO123***', channelId: '0' });
    expect(behaviorAnalysisData.eventTime(data)).toBe('2023-02-20T00:09:47+08:00');
    expect(behaviorAnalysisData.pictures(data)).toEqual([]);
  });
});
