import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '#lib/aws/http-answer.ts';
import { generatedAnswers } from '../support/generated-answer.ts';

const read = (text: string, isAll = false) => readAnswer(Buffer.from(text, 'latin1'), isAll);
const ok = 'HTTP/1.1 200 OK\r\n';

describe('readAnswer', () => {
  it('finds what was said, once all of it has come and not before', () => {
    fc.assert(
      fc.property(generatedAnswers, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (made, share) => {
        const { bytes, status, text, headers, saysItsEnd } = made;
        expect(readAnswer(bytes.subarray(0, Math.floor(share * bytes.length)))).toBeUndefined();
        if (!saysItsEnd) expect(readAnswer(bytes)).toBeUndefined();
        const { answer, keepsConnection } = readAnswer(bytes, !saysItsEnd) ?? {};
        expect(answer).toMatchObject({ status, text });
        expect(headers.map(([name]) => [name, answer?.headers.get(name)])).toEqual(headers);
        expect(keepsConnection).toBe(saysItsEnd);
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds the same where more has come than was asked for, and lets nobody use such a connection', () => {
    fc.assert(
      fc.property(
        generatedAnswers.filter(({ saysItsEnd }) => saysItsEnd),
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        ({ bytes, status, text }, more) => {
          const found = readAnswer(Buffer.concat([bytes, more]));
          expect(found).toMatchObject({ answer: { status, text }, keepsConnection: false });
        },
      ),
    );
  });

  it.each([
    ['says nothing of its connection', `${ok}content-length: 0\r\n\r\n`, true],
    ['keeps its connection', `${ok}Connection: keep-alive\r\ncontent-length: 0\r\n\r\n`, true],
    ['closes its connection', `${ok}Connection: close\r\ncontent-length: 0\r\n\r\n`, false],
    ['closes its connection, in other letters', `${ok}CONNECTION: foo, Close\r\ncontent-length: 0\r\n\r\n`, false],
    ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', false],
  ])('knows whether another request may follow an answer that %s', (_what, text, keepsConnection) => {
    expect(read(text)?.keepsConnection).toBe(keepsConnection);
  });

  it('puts what stands in several lines together', () => {
    const { answer } = read(`${ok}a: 1\r\nA: 2\r\ncontent-length: 0\r\n\r\n`) ?? {};
    expect(answer?.headers.get('a')).toBe('1, 2');
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a header without a name', `${ok}: 1\r\ncontent-length: 0\r\n\r\n`],
    ['a header without a colon', `${ok}content-length\r\n\r\n`],
    ['a blank before the colon', `${ok}content-length : 0\r\n\r\n`],
    ['a header that goes on in the next line', `${ok}a: 1\r\n 2\r\ncontent-length: 0\r\n\r\n`],
    ['a carriage return within a header', `${ok}a: 1\r2\r\ncontent-length: 0\r\n\r\n`],
    ['a length that is no number', `${ok}content-length: 1x\r\n\r\n`],
    ['a length below zero', `${ok}content-length: -1\r\n\r\n`],
    ['a length that no number holds', `${ok}content-length: 99999999999999999999\r\n\r\n`],
    ['two lengths', `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
    ['a length and chunks', `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['an encoding that was not asked for', `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a chunk without a size', `${ok}transfer-encoding: chunked\r\n\r\n\r\n`],
    ['a chunk of a size that is no number', `${ok}transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n`],
    ['a chunk that is longer than it says', `${ok}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`],
  ])('refuses %s instead of guessing', (_what, text) => {
    expect(() => read(text, true)).toThrow(
      expect.objectContaining({ code: 'malformed-answer', name: 'TransientError' }),
    );
  });

  it('never says more than that an answer is odd, whatever comes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom(ok, '\r\n', 'a: b\r\n', 'transfer-encoding: chunked\r\n', '5\r\n', '0', 'hello'), {
        maxLength: 12,
      }),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (some, isAll) => {
        const come = Array.isArray(some) ? Buffer.from(some.join('')) : Buffer.from(some);
        try {
          const { answer } = readAnswer(come, isAll) ?? {};
          if (answer !== undefined) expect(answer.status).toBeGreaterThanOrEqual(200);
        } catch (error) {
          expect(error).toMatchObject({ code: 'malformed-answer' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses an answer that does not end', () => {
    for (const start of [ok, `${ok}\r\n`, `${ok}content-length: 2000000\r\n\r\n`, '']) {
      expect(() => read(start.padEnd(1_048_577, 'a'))).toThrow(expect.objectContaining({ code: 'answer-too-long' }));
    }
  });
});
