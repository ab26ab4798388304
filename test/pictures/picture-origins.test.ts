import { describe, expect, it } from 'vitest';
import { createPictureOrigins } from '#lib/pictures/picture-origins.ts';

function origins(options: { api?: string; configured?: string[]; learned?: string[] } = {}) {
  const learned = [...(options.learned ?? [])];
  const calls = { reads: 0, learned: [] as string[], refused: [] as string[] };
  const clock = { nowMs: Date.parse('2026-01-01T00:00:00.000Z') };
  const judge = createPictureOrigins({
    apiOrigin: options.api ?? 'https://api-ivm.example',
    configured: options.configured ?? [],
    origins: {
      learned: async () => {
        calls.reads += 1;
        return learned;
      },
      learn: async (origin) => {
        calls.learned.push(origin);
      },
      refuse: async (origin) => {
        calls.refused.push(origin);
      },
    },
    now: () => new Date(clock.nowMs),
  }).judge;
  const href = async (url: string, isFromApi = false) => String(await judge(url, isFromApi));
  return { href, calls, clock, learned };
}

describe('judge', () => {
  it.each([
    ['https://api-ivm.example/v1/holo/a.jpg?expire=1', 'https://api-ivm.example/v1/holo/a.jpg?expire=1'],
    ['http://api-ivm.example/v1/holo/a.jpg', 'https://api-ivm.example/v1/holo/a.jpg'],
    ['http://api-ivm.example:8080/a.jpg', 'forbidden-host'],
    ['https://api-ivm.example:8443/a.jpg', 'forbidden-host'],
    ['https://api-ivm.example.evil.example/a.jpg', 'forbidden-host'],
    ['https://api-ivm.example@evil.example/a.jpg', 'forbidden-host'],
    ['https://user:secret@api-ivm.example/a.jpg', 'forbidden-host'],
    ['ftp://api-ivm.example/a.jpg', 'forbidden-host'],
    ['file:///etc/passwd', 'forbidden-host'],
    ['no URL', 'forbidden-host'],
    ['https://www.example.com/a.jpg', 'forbidden-host'],
  ])('%s is asked as %s', async (url, asked) => {
    expect(await origins().href(url)).toBe(asked);
  });

  it('lets through what the setting names, exactly', async () => {
    const { href } = origins({ configured: ['pics.example', 'http://192.0.2.1:31012', 'not a host'] });
    expect(await href('https://pics.example/a.jpg')).toBe('https://pics.example/a.jpg');
    expect(await href('http://192.0.2.1:31012/a.jpg')).toBe('http://192.0.2.1:31012/a.jpg');
    expect(await href('http://pics.example/a.jpg')).toBe('forbidden-host');
    expect(await href('http://192.0.2.1/a.jpg')).toBe('forbidden-host');
  });

  it('learns the origin of a URL that the API gave, and notes it once an hour', async () => {
    const { href, calls, clock } = origins();
    const url = 'http://192.0.2.1:31012/v1/holo/a.jav?expire=1';
    expect(await href(url)).toBe('forbidden-host');
    expect(await href(url, true)).toBe(url);
    expect(await href(url, true)).toBe(url);
    expect(await href(url)).toBe(url);
    expect(calls.learned).toEqual(['http://192.0.2.1:31012']);
    clock.nowMs += 3_600_000;
    await href(url, true);
    expect(calls.learned).toHaveLength(2);
  });

  it('knows what others have learned, and looks once a minute', async () => {
    const { href, calls, clock, learned } = origins({ learned: ['https://known.example'] });
    expect(await href('https://known.example/a.jpg')).toBe('https://known.example/a.jpg');
    learned.push('https://new.example');
    expect(await href('https://new.example/a.jpg')).toBe('forbidden-host');
    clock.nowMs += 60_000;
    expect(await href('https://new.example/a.jpg')).toBe('https://new.example/a.jpg');
    expect(calls.reads).toBe(2);
  });

  it('notes each origin that it refuses once, and of a flood of them a hundred', async () => {
    const { href, calls } = origins();
    await href('https://www.example.com/a.jpg');
    await href('https://www.example.com/b.jpg');
    expect(calls.refused).toEqual(['https://www.example.com']);
    for (let host = 0; host < 200; host += 1) await href(`https://h${host}.example/a.jpg`);
    expect(calls.refused).toHaveLength(100);
  });

  it('lets no API name something that is no web address', async () => {
    expect(await origins().href('file:///etc/passwd', true)).toBe('forbidden-host');
  });
});
