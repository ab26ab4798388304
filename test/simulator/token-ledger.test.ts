import { describe, expect, it } from 'vitest';
import { createTokenLedger } from '#lib/simulator/token-ledger.ts';

const daySeconds = 86_400;
const sevenDays = 7 * daySeconds;

function ledger() {
  let nowMs = Date.parse('2026-03-10T10:00:00Z');
  const tokens = createTokenLedger('secret', () => new Date(nowMs));
  return { ...tokens, pass: (seconds: number) => (nowMs += seconds * 1000) };
}

describe('createTokenLedger', () => {
  it.each([
    { title: 'gives the same token again', afterSeconds: 3600, force: false, isNew: false, left: sevenDays - 3600 },
    { title: 'gives it until its last second', afterSeconds: sevenDays - 1, force: false, isNew: false, left: 1 },
    {
      title: 'gives another one when it has expired',
      afterSeconds: sevenDays,
      force: false,
      isNew: true,
      left: sevenDays,
    },
    {
      title: 'ignores force_update while more than two days are left',
      afterSeconds: 5 * daySeconds - 1,
      force: true,
      isNew: false,
      left: 2 * daySeconds + 1,
    },
    {
      title: 'heeds force_update with exactly two days left',
      afterSeconds: 5 * daySeconds,
      force: true,
      isNew: true,
      left: sevenDays,
    },
    { title: 'heeds force_update with less', afterSeconds: sevenDays - 1, force: true, isNew: true, left: sevenDays },
    {
      title: 'does not renew by itself with two days left',
      afterSeconds: 5 * daySeconds,
      force: false,
      isNew: false,
      left: 2 * daySeconds,
    },
  ])('$title', ({ afterSeconds, force, isNew, left }) => {
    const tokens = ledger();
    const first = tokens.issue(false);
    tokens.pass(afterSeconds);
    const second = tokens.issue(force);
    expect(second.accessToken !== first.accessToken).toBe(isNew);
    expect(second.remainingSeconds).toBe(left);
  });

  it('ignores force_update when nothing is held: there is one token then, not two', () => {
    const tokens = ledger();
    const first = tokens.issue(true);
    expect(tokens.issue(false)).toEqual(first);
  });

  it('never has three tokens alive: force_update is ignored while two are held', () => {
    const tokens = ledger();
    const old = tokens.issue(false);
    tokens.pass(5 * daySeconds);
    const renewed = tokens.issue(true);
    tokens.pass(daySeconds);
    expect(tokens.issue(true)).toEqual({ accessToken: renewed.accessToken, remainingSeconds: 6 * daySeconds });
    expect(() => tokens.check(old.accessToken)).not.toThrow();
    expect(() => tokens.check(renewed.accessToken)).not.toThrow();
  });

  it('lets the old token live to its own end after a renewal', () => {
    const tokens = ledger();
    const old = tokens.issue(false);
    tokens.pass(5 * daySeconds);
    tokens.issue(true);
    tokens.pass(2 * daySeconds);
    expect(() => tokens.check(old.accessToken)).toThrow(expect.objectContaining({ code: 'IVM.10000002', status: 401 }));
  });

  it.each([
    ['no token', undefined, 'IVM.10000004'],
    ['an empty token', '', 'IVM.10000004'],
    ['a token it never gave', 'f'.repeat(64), 'IVM.10000005'],
  ])('refuses %s', (_, token, code) => {
    const tokens = ledger();
    tokens.issue(false);
    expect(() => tokens.check(token)).toThrow(expect.objectContaining({ code, status: 401 }));
  });

  it('gives tokens of its own to each run, even with the same seed', () => {
    const earlier = createTokenLedger('secret', () => new Date(1000));
    const later = createTokenLedger('secret', () => new Date(2000));
    expect(later.issue(false).accessToken).not.toBe(earlier.issue(false).accessToken);
  });
});
