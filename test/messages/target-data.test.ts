import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { targetData } from '#lib/messages/target-data.ts';
import { exampleData } from './support/examples.ts';

describe('targetData', () => {
  it('lifts the columns of a person with attributes', () => {
    expect(targetData.columns(exampleData('target_data-1-attributes'))).toEqual({
      data_id: '167651219912500100070000kcxdq120',
      itgt_type: 1,
      age_group: '2',
      gender: 'male',
      glasses: 'false',
      hair: 'short',
      hat: 'false',
      mouth_mask: 'false',
      target_id: '403056',
      global_obj_id: 7197546666114033264n,
      meta_type_mask: 2,
      captured_at: '2023-02-16T01:49:56.331Z',
    });
  });

  it('falls back to what the device sent', () => {
    expect(targetData.columns(exampleData('target_data-22-feature-collaboration'))).toEqual({
      data_id: '167651717084000120070000kcxdq120',
      itgt_type: 22,
      age_group: '2',
      gender: 'male',
      glasses: 'true',
      hat: 'false',
      mouth_mask: 'false',
      quality_score: 71,
      target_id: '405***',
      meta_type_mask: 2,
      captured_at: '2023-02-16T03:12:46.963Z',
    });
  });

  it.each<{ title: string; data: Json; columns: object }>([
    { title: 'the age spelt as in the reference', data: { target: { taget_age: 30 } }, columns: { age: 30 } },
    {
      title: 'the age spelt as devices spell it',
      data: { target: { target_age: 31, taget_age: 30 } },
      columns: { age: 31 },
    },
    { title: 'the service of common', data: { common: { target_type: 20 } }, columns: { itgt_type: 20 } },
    {
      title: 'the match',
      data: { target: { match_type: 1, target_matchrate: 97, target_lib_type: 1 } },
      columns: { match_type: 1, target_matchrate: 97, target_lib_type: 1 },
    },
  ])('reads $title', ({ data, columns }) => {
    expect(targetData.columns(data)).toEqual(columns);
  });

  it('keeps features out of the columns', () => {
    expect(Object.keys(targetData.columns(exampleData('target_data-2-recognition')))).not.toContain(
      'target_cap_feature',
    );
  });

  it('names camera and time', () => {
    const data = exampleData('target_data-2-recognition');
    expect(targetData.camera(data)).toEqual({ deviceId: '210123456SML***', channelId: '0' });
    expect(targetData.eventTime(data)).toBe('2023-02-14T19:16:40+08:00');
  });

  it('wants each picture once, and differing URLs of the same kind', () => {
    const kinds = (name: string) => targetData.pictures(exampleData(name)).map(({ kind }) => kind);
    expect(kinds('target_data-1-attributes')).toEqual(['target', 'body', 'panorama']);
    expect(kinds('target_data-22-feature-collaboration')).toEqual(['target', 'panorama', 'target-alt', 'panorama-alt']);
  });

  it('wants the match only where it is a URL', () => {
    const pictures = (target_match: Json) => targetData.pictures({ target: { target_match } });
    expect(pictures('/9j/4AAQSkZJRg==')).toEqual([]);
    expect(pictures('https://ivm.example.com/m')).toEqual([{ kind: 'match', url: 'https://ivm.example.com/m' }]);
  });
});
