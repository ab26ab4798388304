import { describe, expect, it } from 'vitest';
import { classifyFailure, type FailureKind } from '#lib/ivm/classify-failure.ts';
import { errorCodes } from '#lib/ivm/error-codes.ts';

const retryable: ReadonlySet<string> = new Set(['transient', 'busy', 'too-frequent']);
const fast = (kind: FailureKind) => ({ kind, retryable: retryable.has(kind), slow: false });

describe('a transport code', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
    'UND_ERR_ABORTED',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    'UND_ERR_INFO',
    'HPE_INVALID_CONSTANT',
    'EPROTO',
    'ABORT_ERR',
    'AbortError',
    'TimeoutError',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'SOMETHING_NEW',
    '',
  ])('%j passes', (transportCode) => {
    expect(classifyFailure({ transportCode })).toEqual({ kind: 'transient', retryable: true, slow: false });
  });

  it('outweighs status and code, which belong to half an answer', () => {
    expect(classifyFailure({ transportCode: 'ECONNRESET', status: 404, code: 'IVM.10000006' })).toEqual(
      fast('transient'),
    );
  });
});

describe('an IVM code', () => {
  it.each<[string, number, FailureKind]>([
    ['10000001', 401, 'token-refused'],
    ['10000002', 401, 'token-refused'],
    ['10000004', 401, 'token-refused'],
    ['10000005', 401, 'token-refused'],
    ['10000003', 401, 'account-refused'],
    ['10000006', 401, 'account-refused'],
    ['10000007', 401, 'account-refused'],
    ['10000008', 401, 'account-refused'],
    ['10000012', 400, 'account-refused'],
    ['10000013', 400, 'account-refused'],
    ['10020020', 400, 'account-refused'],
    ['10020021', 400, 'account-refused'],
    ['10020022', 400, 'account-refused'],
    ['10020049', 400, 'transient'],
    ['20040003', 400, 'transient'],
    ['20000054', 400, 'transient'],
    ['10020019', 500, 'empty'],
    ['10027008', 400, 'no-picture'],
    ['20040004', 400, 'no-picture'],
    ['20040009', 400, 'too-frequent'],
    ['20040010', 400, 'unsupported'],
    ['20180025', 401, 'unsupported'],
    ['20040011', 400, 'gone'],
    ['20170003', 400, 'busy'],
    ['90000011', 500, 'busy'],
    ['20060009', 200, 'transient'],
    ['20000036', 400, 'transient'],
    ['20180023', 400, 'transient'],
    ['90000001', 500, 'transient'],
    ['20060007', 200, 'permanent'],
    ['10022002', 400, 'permanent'],
    ['90000006', 404, 'permanent'],
    ['90000009', 405, 'permanent'],
  ])('%s, documented with %i, is %s with or without its prefix, and with 200 too', (code, status, kind) => {
    expect(classifyFailure({ status, code })).toEqual(fast(kind));
    expect(classifyFailure({ status, code: `IVM.${code}` })).toEqual(fast(kind));
    expect(classifyFailure({ status: 200, code: `IVM.${code}` })).toEqual(fast(kind));
    expect(classifyFailure({ code })).toEqual(fast(kind));
  });

  it('falls into these classes over the whole table', () => {
    const counts: Record<string, number> = {};
    for (const [code, { status }] of errorCodes) {
      const { kind, retryable: again, slow } = classifyFailure({ status, code });
      expect({ code, again, slow }).toEqual({ code, again: retryable.has(kind), slow: false });
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    expect(counts).toEqual({
      ok: 1,
      'token-refused': 4,
      'account-refused': 9,
      empty: 1,
      'no-picture': 2,
      'too-frequent': 1,
      unsupported: 2,
      gone: 1,
      busy: 2,
      transient: 116,
      permanent: 513,
    });
  });

  it('passes against its documented status for these and no others', () => {
    const against = [...errorCodes]
      .filter(([code, { status }]) => status !== 500 && classifyFailure({ code }).kind === 'transient')
      .map(([code]) => Number(code.replace('IVM.', '')));
    expect(against).toEqual([
      10010001, 10020023, 10020049, 10027059, 10027060, 10027067, 10028011, 10028015, 10028018, 20000006, 20000007,
      20000008, 20000009, 20000016, 20000017, 20000018, 20000019, 20000020, 20000021, 20000022, 20000024, 20000025,
      20000026, 20000033, 20000036, 20000037, 20000038, 20000039, 20000040, 20000042, 20000043, 20000053, 20000054,
      20000058, 20001011, 20010018, 20010019, 20010020, 20010021, 20010022, 20040003, 20060009, 20060019, 20060050,
      20070002, 20070003, 20070004, 20070005, 20110014, 20120021, 20130004, 20140001, 20140003, 20150001, 20170004,
      20170005, 20170007, 20170009, 20180002, 20180008, 20180010, 20180014, 20180016, 20180020, 20180023,
    ]);
  });

  it('that carries the prefix anywhere but in front is unknown', () => {
    expect(classifyFailure({ status: 400, code: '1000IVM.0001' })).toEqual(fast('permanent'));
  });

  it('that only the status speaks for passes with 503, slowly', () => {
    expect(classifyFailure({ status: 503, code: 'IVM.10022002' })).toEqual({
      kind: 'transient',
      retryable: true,
      slow: true,
    });
  });

  it.each([200, 301, 400, 401, 403])('that is unknown stays with %i', (status) => {
    expect(classifyFailure({ status, code: 'IVM.12345678' })).toEqual(fast('permanent'));
    expect(classifyFailure({ status, code: 'APIGW.0101' })).toEqual(fast('permanent'));
  });

  it('that is unknown stays where nothing tells the status', () => {
    expect(classifyFailure({ code: 'IVM.12345678' })).toEqual(fast('permanent'));
  });
});

describe('an HTTP status without an error code', () => {
  const table: [number, FailureKind][] = [
    [199, 'permanent'],
    [200, 'ok'],
    [201, 'ok'],
    [204, 'ok'],
    [299, 'ok'],
    [300, 'permanent'],
    [301, 'permanent'],
    [302, 'permanent'],
    [304, 'permanent'],
    [400, 'permanent'],
    [401, 'token-refused'],
    [403, 'permanent'],
    [404, 'gone'],
    [405, 'permanent'],
    [408, 'transient'],
    [410, 'gone'],
    [413, 'permanent'],
    [429, 'transient'],
    [500, 'transient'],
    [502, 'transient'],
    [504, 'transient'],
    [599, 'transient'],
  ];

  it.each(table)('%i is %s', (status, kind) => {
    expect(classifyFailure({ status })).toEqual(fast(kind));
  });

  it.each(['', '0', 'IVM.0', 'IVM.'])('counts alone where the code is %j', (code) => {
    expect(table.map(([status]) => classifyFailure({ status, code }).kind)).toEqual(table.map(([, kind]) => kind));
  });

  it('503 passes slowly', () => {
    expect(classifyFailure({ status: 503 })).toEqual({ kind: 'transient', retryable: true, slow: true });
  });

  it.each([404, 410])('%i is gone with an unknown code too', (status) => {
    expect(classifyFailure({ status, code: 'NoSuchKey' })).toEqual(fast('gone'));
  });
});

describe('no status', () => {
  it('is success where the code says so, as for one item of a batch', () => {
    expect(classifyFailure({ code: 'IVM.0' })).toEqual(fast('ok'));
  });

  it('passes where there is no code either', () => {
    expect(classifyFailure({})).toEqual(fast('transient'));
  });
});
