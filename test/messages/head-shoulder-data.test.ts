import { describe, expect, it } from 'vitest';
import { headShoulderData } from '#lib/messages/head-shoulder-data.ts';
import { exampleData } from './support/examples.ts';

describe('headShoulderData', () => {
  it('lifts the counts of a crowd, without the time of an unset clock', () => {
    expect(headShoulderData.columns(exampleData('head_shoulder_data-12-crowd-density'))).toEqual({
      data_id: '167682343135900410410000rwnwv040',
      itgt_type: 12,
      rule_type: 9,
      rule_line_dir: 1,
      target_time_domain_info: 1,
      people_num: 1,
      human_count_in: 0,
      human_count_out: 0,
      human_count_all_in_num: 12,
      human_count_all_out_num: 0,
      queue_time: 0,
      shoulder_num: 0,
      area_ratio: 0,
    });
  });

  it('lifts the counts of a line, with the time of the picture', () => {
    expect(headShoulderData.columns(exampleData('head_shoulder_data-15-line-crossing'))).toEqual({
      data_id: '167671366643600420420000kcxdq090',
      itgt_type: 15,
      rule_type: 9,
      rule_line_dir: 1,
      meta_type_mask: 3,
      target_time_domain_info: 1,
      human_count_in: 0,
      human_count_out: 0,
      human_count_all_in_num: 0,
      human_count_all_out_num: 0,
      captured_at: '2023-02-18T09:46:41.160Z',
    });
  });

  it('takes each count from the first target that carries it', () => {
    const targets = [{ target_type: 13 }, { queue_time: 5, people_num: 2 }, { queue_time: 9 }];
    expect(headShoulderData.columns({ data: { targets } })).toEqual({ itgt_type: 13, queue_time: 5, people_num: 2 });
  });

  it('names camera and time', () => {
    const data = exampleData('head_shoulder_data-13-queue-length');
    expect(headShoulderData.camera(data)).toEqual({ deviceId: '123456TEST***', channelId: '0' });
    expect(headShoulderData.eventTime(data)).toBe('2023-02-20T14:33:37+08:00');
  });

  it('has neither parts nor pictures', () => {
    const data = { data: { targets: [{ panorama_pic: 'https://ivm.example.com/a' }] } };
    expect(headShoulderData.children(data)).toEqual([]);
    expect(headShoulderData.pictures(data)).toEqual([]);
  });
});
