import { describe, expect, it } from 'vitest';
import { signCallback } from '#lib/simulator/sign-callback.ts';

describe('signCallback', () => {
  it('gives the digest that openssl gives for address, time and key with bars between', () => {
    expect(signCallback('https://example.com/callbacks/device-alarm', 1_700_000_000, 'secret123')).toBe(
      'd99e9121ee915c40df6505d0e67e9ec7bc29e016aef30c84629c79a55387edd0',
    );
  });
});
