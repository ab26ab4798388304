import { describe, expect, it } from 'vitest';
import { DecimalText, type Json } from '#lib/json/exact-json.ts';
import { capturedAt } from '#lib/messages/captured-at.ts';

describe('capturedAt', () => {
  it.each<{ title: string; places: (Json | undefined)[]; at: string }>([
    {
      title: 'prefers the milliseconds of the picture',
      places: [{ pic_snapshot_time: 1676512196, pic_snapshot_timems: 1676512196331 }],
      at: '2023-02-16T01:49:56.331Z',
    },
    {
      title: 'prefers the better field of a later place',
      places: [{ pic_snapshot_time: 1676512190 }, { target_pic_time: 1676512196331 }],
      at: '2023-02-16T01:49:56.331Z',
    },
    { title: 'reads seconds', places: [{ pic_snapshot_time: 1676512196 }], at: '2023-02-16T01:49:56.000Z' },
    {
      title: 'reads milliseconds in a field of seconds',
      places: [{ pic_snapshot_time: 1676512196331 }],
      at: '2023-02-16T01:49:56.331Z',
    },
    {
      title: 'falls back to the time of the face',
      places: [undefined, null, { face_pic_time: 1681289694842 }],
      at: '2023-04-12T08:54:54.842Z',
    },
    {
      title: 'passes over a clock that is unset',
      places: [{ pic_snapshot_timems: 51767620, pic_snapshot_time: 1676512196 }],
      at: '2023-02-16T01:49:56.000Z',
    },
    {
      title: 'reads digits in a string',
      places: [{ pic_snapshot_timems: '1676512196331' }],
      at: '2023-02-16T01:49:56.331Z',
    },
    { title: 'reads a big integer', places: [{ pic_snapshot_timems: 1676512196331n }], at: '2023-02-16T01:49:56.331Z' },
    {
      title: 'reads a number kept as text',
      places: [{ pic_snapshot_time: new DecimalText('1676512196.0') }],
      at: '2023-02-16T01:49:56.000Z',
    },
  ])('$title', ({ places, at }) => {
    expect(capturedAt(places)).toEqual({ captured_at: at });
  });

  it.each<{ title: string; value: Json }>([
    { title: 'a negative clock', value: 18446744073696131378n },
    { title: 'zero', value: 0 },
    { title: 'an object', value: {} },
    { title: 'a word', value: 'noon' },
    { title: 'true', value: true },
    { title: 'an endless number', value: new DecimalText('1e400') },
  ])('leaves the column out for $title', ({ value }) => {
    expect(capturedAt([{ pic_snapshot_timems: value }])).toEqual({});
  });
});
