import { describe, expect, it } from 'vitest';
import { createLog, withLogFields } from '#lib/runtime/log.ts';

const now = () => new Date('2026-01-01T00:00:00Z');

function captured(threshold: string) {
  const lines: unknown[] = [];
  return { lines, log: createLog(threshold, (line) => lines.push(JSON.parse(line)), now) };
}

describe('createLog', () => {
  it('writes one JSON line with the sentence, the time and the fields', () => {
    const { log, lines } = captured('info');
    log.warn('picture missed', { reason: 'gone' });
    expect(lines).toEqual([
      { level: 'warn', time: '2026-01-01T00:00:00.000Z', message: 'picture missed', reason: 'gone' },
    ]);
  });

  it('writes nothing below its threshold', () => {
    const { log, lines } = captured('warn');
    log.info('not worth it');
    log.error('worth it');
    expect(lines).toHaveLength(1);
    const silent = captured('silent');
    silent.log.error('nobody listens');
    expect(silent.lines).toEqual([]);
  });

  it('never mixes the fields of records handled side by side', async () => {
    const { log, lines } = captured('info');
    const gate = Promise.withResolvers<void>();
    const record = (id: string) =>
      withLogFields({ message_id: id }, async () => {
        await gate.promise;
        log.info('handled');
      });
    const both = Promise.all([record('a'), record('b')]);
    gate.resolve();
    await both;
    expect(lines).toEqual([expect.objectContaining({ message_id: 'a' }), expect.objectContaining({ message_id: 'b' })]);
  });
});
