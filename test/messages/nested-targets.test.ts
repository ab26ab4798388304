import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { nestedPictures, nestedTargets } from '#lib/messages/nested-targets.ts';

const names = {
  data: new Set(['device_id', 'channel_id', 'data']),
  inner: new Set(['targets']),
  target: new Set(['data_id']),
};
const url = (name: string) => `https://ivm.example.com/${name}.jpg`;

const message: Json = {
  device_id: 'D',
  channel_id: 3,
  extra: url('extra'),
  data: {
    inner_extra: url('inner'),
    targets: [
      { data_id: 'a', panorama_pic: url('a') },
      null,
      { data_id: 'b', device_id: 'other', panorama_pic: url('b') },
    ],
  },
};

describe('nestedTargets', () => {
  it('makes a part of each object, with its position and the camera of the message', () => {
    const parts = nestedTargets(message, names, () => ({ seen: true }));
    expect(parts.map(({ data: _data, pictures: _pictures, ...rest }) => rest)).toEqual([
      { part: 'target', index: 0, deviceId: 'D', channelId: '3', columns: { seen: true } },
      { part: 'target', index: 2, deviceId: 'D', channelId: '3', columns: { seen: true } },
    ]);
  });

  it('gives each part its own element and pictures, numbered by position', () => {
    const parts = nestedTargets(message, names, () => ({}));
    expect(parts.map(({ pictures }) => pictures)).toEqual([
      [{ kind: 'panorama', url: url('a') }],
      [{ kind: 'panorama-2', url: url('b') }],
    ]);
    expect(parts[0]?.data).toEqual({ data_id: 'a', panorama_pic: url('a') });
  });
});

describe('nestedPictures', () => {
  it('finds undocumented pictures outside the targets alone', () => {
    expect(nestedPictures(message, names)).toEqual([
      { kind: 'other-extra', url: url('extra'), undocumentedField: 'data.extra' },
      { kind: 'other-inner_extra', url: url('inner'), undocumentedField: 'data.data.inner_extra' },
    ]);
  });
});
