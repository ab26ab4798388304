import { describe, expect, it } from 'vitest';
import { thirdData } from '#lib/messages/third-data.ts';
import { exampleData } from './support/examples.ts';

describe('thirdData', () => {
  const data = exampleData('third_data-tlv');

  it('names camera and time', () => {
    expect(thirdData.camera(data)).toEqual({ deviceId: '219123456CYP***', channelId: '1' });
    expect(thirdData.eventTime(data)).toBe('2023-02-13T09:57:41+08:00');
  });

  it('keeps the binary data out of the columns', () => {
    expect(thirdData.columns({ data_id: 'abc', tlv_data: 'TUVUQQ' })).toEqual({ data_id: 'abc' });
    expect(thirdData.columns(data)).toEqual({});
  });

  it('wants a picture only from an undocumented field', () => {
    expect(thirdData.pictures(data)).toEqual([]);
    expect(thirdData.pictures({ tlv_data: 'https://ivm.example.com/a', pic: 'https://ivm.example.com/b' })).toEqual([
      { kind: 'other-pic', url: 'https://ivm.example.com/b', undocumentedField: 'data.pic' },
    ]);
    expect(thirdData.children(data)).toEqual([]);
  });
});
