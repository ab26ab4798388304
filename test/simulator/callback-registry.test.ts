import { describe, expect, it } from 'vitest';
import { createCallbackRegistry } from '#lib/simulator/callback-registry.ts';

const url = 'https://example.com/a';

function registry() {
  let nowMs = Date.parse('2026-03-10T10:00:00Z');
  const callbacks = createCallbackRegistry(() => new Date(nowMs));
  return { callbacks, pass: (minutes: number) => (nowMs += minutes * 60_000) };
}

describe('createCallbackRegistry', () => {
  it.each([
    { failures: 5, isOpen: false },
    { failures: 6, isOpen: true },
    { failures: 7, isOpen: true },
  ])('after $failures failures in a row the breaker is open: $isOpen', ({ failures, isOpen }) => {
    const { callbacks } = registry();
    for (let count = 0; count < failures; count += 1) callbacks.breaker(url).failed();
    expect(callbacks.breaker(url).isOpen()).toBe(isOpen);
  });

  it('counts failures in a row only', () => {
    const { callbacks } = registry();
    const breaker = callbacks.breaker(url);
    for (let count = 0; count < 5; count += 1) breaker.failed();
    breaker.succeeded();
    for (let count = 0; count < 5; count += 1) breaker.failed();
    expect(breaker.isOpen()).toBe(false);
  });

  it('closes a breaker after ten minutes, also when late failures came in meanwhile', () => {
    const { callbacks, pass } = registry();
    const breaker = callbacks.breaker(url);
    for (let count = 0; count < 6; count += 1) breaker.failed();
    pass(9);
    for (let count = 0; count < 6; count += 1) breaker.failed();
    expect(breaker.isOpen()).toBe(true);
    pass(1);
    expect(breaker.isOpen()).toBe(false);
  });

  it('closes a breaker when its URL is registered again, and forgets calls begun before', () => {
    const { callbacks } = registry();
    const before = callbacks.breaker(url);
    for (let count = 0; count < 6; count += 1) before.failed();
    callbacks.set('DEVICE_ALARM', { url });
    for (let count = 0; count < 6; count += 1) before.failed();
    expect(callbacks.breaker(url).isOpen()).toBe(false);
  });

  it('has one breaker per URL, whatever subscriptions share it', () => {
    const { callbacks } = registry();
    callbacks.set('DEVICE_ALARM', { url });
    callbacks.set('TARGET_DATA', { url: 'https://example.com/b' });
    for (let count = 0; count < 6; count += 1) callbacks.breaker(url).failed();
    expect(callbacks.breaker('https://example.com/b').isOpen()).toBe(false);
  });

  it('remembers when a subscription was first registered, and when last', () => {
    const { callbacks, pass } = registry();
    callbacks.set('DEVICE_ALARM', { url });
    pass(5);
    expect(callbacks.set('DEVICE_ALARM', { url: 'https://example.com/b', authKey: 'secret1' })).toEqual({
      url: 'https://example.com/b',
      authKey: 'secret1',
      createdAt: new Date('2026-03-10T10:00:00Z'),
      updatedAt: new Date('2026-03-10T10:05:00Z'),
    });
  });
});
