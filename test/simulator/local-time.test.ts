import { describe, expect, it } from 'vitest';
import { instantOf, localTime } from '#lib/simulator/local-time.ts';

describe('localTime', () => {
  it.each([
    ['2023-02-13T13:17:09.500Z', 'Asia/Shanghai', '2023-02-13T21:17:09+08:00', '20230213211709', '20230213'],
    ['2023-02-13T18:30:00.000Z', 'Asia/Kolkata', '2023-02-14T00:00:00+05:30', '20230214000000', '20230214'],
    ['2023-02-13T02:00:00.000Z', 'America/Sao_Paulo', '2023-02-12T23:00:00-03:00', '20230212230000', '20230212'],
    ['2023-02-13T02:00:00.000Z', 'UTC', '2023-02-13T02:00:00+00:00', '20230213020000', '20230213'],
  ])('writes %s in %s', (instant, timeZone, iso, compact, date) => {
    const local = localTime(new Date(instant), timeZone);
    expect(local).toMatchObject({ iso, compact, date });
    expect(local.plain).toBe(iso.slice(0, 19).replace('T', ' '));
  });

  it('tells the hour of the day with its fraction', () => {
    expect(localTime(new Date('2023-02-13T13:30:00Z'), 'Asia/Shanghai').hourOfDay).toBe(21.5);
  });
});

describe('instantOf', () => {
  it.each(['Asia/Shanghai', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
    'reads back what localTime writes in %s',
    (timeZone) => {
      const instant = new Date('2026-06-30T23:59:58.000Z');
      expect(instantOf(localTime(instant, timeZone).compact, timeZone)).toEqual(instant);
    },
  );

  it.each(['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-10-25T02:00:00Z', '2026-10-25T12:00:00Z'])(
    'reads %s on a day on which clocks change',
    (text) => {
      const { compact } = localTime(new Date(text), 'Europe/Berlin');
      expect(instantOf(compact, 'Europe/Berlin')).toEqual(new Date(text));
    },
  );

  it.each([
    ['a day the calendar lacks', '20230231120000', 'UTC'],
    ['an hour that was skipped', '20260329023000', 'Europe/Berlin'],
    ['a text of another length', '2023021321170', 'UTC'],
    ['no digits', 'yyyyMMddHHmmss', 'UTC'],
  ])('does not read %s', (_, text, timeZone) => {
    expect(instantOf(text, timeZone)).toBeUndefined();
  });
});
