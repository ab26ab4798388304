import { describe, expect, it } from 'vitest';
import { createErasureCheck, type ErasableEvent, type Erasure } from '#lib/privacy/erasures.ts';
import { keyedHash } from '#lib/privacy/privacy-key.ts';

const key = 'an-invented-key-of-more-than-32-characters';
const hash = (kind: 'device' | 'plate' | 'target', value: string) => keyedHash(key, kind, value);
const before = '2026-02-01T00:00:00.000Z';
const event = (overrides: Partial<ErasableEvent> = {}): ErasableEvent => ({
  occurredAt: '2026-01-31T23:59:59.999Z',
  isTimeKnown: true,
  receivedAt: '2026-02-01T00:00:01.000Z',
  deviceId: 'D1',
  data: {},
  ...overrides,
});
const covers = (erasure: Partial<Erasure>, one: ErasableEvent) =>
  createErasureCheck([{ before, ...erasure }], key)(one);

describe('what an erasure covers', () => {
  it.each<[string, Partial<ErasableEvent>, boolean]>([
    ['an event before it, even one that comes later', {}, true],
    ['no event from then on: that is a new sighting', { occurredAt: before }, false],
    [
      'by arrival where the message does not say when',
      { occurredAt: '1970-01-01T00:00:00.000Z', isTimeKnown: false },
      false,
    ],
    [
      'by arrival also what came in time without a time',
      { occurredAt: '1970-01-01T00:00:00.000Z', isTimeKnown: false, receivedAt: '2026-01-01T00:00:00.000Z' },
      true,
    ],
    [
      'by arrival where the camera is days ahead',
      { occurredAt: '2099-01-01T00:00:00.000Z', receivedAt: '2026-01-01T00:00:00.000Z' },
      true,
    ],
  ])('%s', (_what, overrides, expected) => {
    expect(covers({}, event(overrides))).toBe(expected);
  });

  it.each<[string, Partial<ErasableEvent>, boolean]>([
    ['its device', { deviceId: 'D1' }, true],
    [
      'a device in a list of devices',
      { deviceId: 'D2', data: { devices: [{ device_id: 'D2' }, { device_id: 'D1' }] } },
      true,
    ],
    ['not another device', { deviceId: 'D11' }, false],
  ])('a device: %s', (_what, overrides, expected) => {
    expect(covers({ device: hash('device', 'D1') }, event(overrides))).toBe(expected);
  });

  it.each<[string, ErasableEvent['data'], boolean]>([
    ['in any spelling', { target: { plate_char: '粤b·12345' } }, true],
    ['in any field, at any depth', { data: { targets: [{ note: ['粤B 12345'] }] } }, true],
    ['where it was stored hashed', { plate_char: hash('plate', '粤B12345') }, true],
    ['not another one', { plate_char: '粤B12346' }, false],
    ['not a longer text that holds it', { note: '粤B12345 was seen' }, false],
  ])('a plate: %s', (_what, data, expected) => {
    expect(covers({ plate: hash('plate', '粤B12345') }, event({ data }))).toBe(expected);
  });

  it.each<[string, ErasableEvent['data'], boolean]>([
    ['as a number of any size', { global_obj_id: 18446744073709551615n }, true],
    ['as a text', { target: { target_id: '18446744073709551615' } }, true],
    ['under any of the names a target goes by', { target: { frequency_id: '18446744073709551615' } }, true],
    ['not in a field that tells of something else', { channel_id: '18446744073709551615' }, false],
  ])('a target: %s', (_what, data, expected) => {
    expect(covers({ target: hash('target', '18446744073709551615') }, event({ data }))).toBe(expected);
  });

  it('only what shows everything that was named', () => {
    const both = { device: hash('device', 'D1'), target: hash('target', '7') };
    expect(covers(both, event({ data: { target_id: 7 } }))).toBe(true);
    expect(covers(both, event({ data: { target_id: 8 } }))).toBe(false);
    expect(covers(both, event({ deviceId: 'D2', data: { target_id: 7 } }))).toBe(false);
  });

  it('takes no kind of value for another', () => {
    expect(covers({ target: hash('device', 'D1') }, event({ deviceId: 'D2', data: { target_id: 'D1' } }))).toBe(false);
  });
});
