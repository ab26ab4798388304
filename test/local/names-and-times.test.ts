import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalApiClient, isLoopbackHost, isStoreClient } from '#lib/local/caller-guard.ts';
import { fromObjectPath, toObjectPath } from '#lib/local/object-paths.ts';
import { parseScheduleExpression } from '#lib/local/schedule-expression.ts';
import { nextRun } from '#lib/local/scheduler.ts';
import { createVariableResolver } from '#lib/local/serverless-variables.ts';

describe('toObjectPath', () => {
  it('gives back any key, by segments that name a file in their own folder', () => {
    const odd = fc.constantFrom('', '.', '..', '/', '~', '~+', '%', '日本', 'x'.repeat(300));
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.string({ unit: 'grapheme' })), { minLength: 1 }), (parts) => {
        const key = parts.join('/');
        const path = toObjectPath(key);
        expect(fromObjectPath(path)).toBe(key);
        expect(path.split('/').filter((segment) => /^\.{0,2}$/.test(segment))).toEqual([]);
      }),
    );
  });
});

describe('parseScheduleExpression', () => {
  it.each([
    ['rate(5 minutes)', { kind: 'rate', everyMs: 300_000 }],
    ['rate(1 hour)', { kind: 'rate', everyMs: 3_600_000 }],
    ['rate(2 days)', { kind: 'rate', everyMs: 172_800_000 }],
    ['cron(0 4 * * ? *)', { kind: 'cron', pattern: '0 0 4 * * * *' }],
    ['cron(0/15 8-17 ? * MON-FRI *)', { kind: 'cron', pattern: '0 0/15 8-17 * * MON-FRI *' }],
    ['cron(0 4 ? * 1,7 *)', { kind: 'cron', pattern: '0 0 4 * * 0,6 *' }],
    ['cron(0 4 ? * 2#1 *)', { kind: 'cron', pattern: '0 0 4 * * 1#1 *' }],
    ['cron(0 4 ? * L *)', { kind: 'cron', pattern: '0 0 4 * * 6 *' }],
  ])('reads %s', (text, expression) => {
    expect(parseScheduleExpression(text)).toEqual(expression);
  });

  it.each([
    '',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'rate(400 days)',
    'cron(0 4 * * *)',
    'cron(a; b c d e f)',
    'at(2026-01-01)',
  ])('does not know %j', (text) => {
    expect(parseScheduleExpression(text)).toBeUndefined();
  });
});

describe('nextRun', () => {
  const next = (text: string, timeZone: string, from: string) => {
    const expression = parseScheduleExpression(text);
    return expression === undefined ? undefined : nextRun({ expression, timeZone }, new Date(from))?.toISOString();
  };

  it.each([
    ['cron(0 4 * * ? *)', 'Asia/Shanghai', '2026-01-01T00:00:00.000Z', '2026-01-01T20:00:00.000Z'],
    ['cron(0 4 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00:00.000Z', '2026-03-29T02:00:00.000Z'],
    ['cron(30 1 ? * 1 *)', 'UTC', '2026-01-01T00:00:00.000Z', '2026-01-04T01:30:00.000Z'],
    ['rate(5 minutes)', 'UTC', '2026-01-01T00:00:00.000Z', '2026-01-01T00:05:00.000Z'],
  ])('of %s in %s after %s is %s', (text, timeZone, from, expected) => {
    expect(next(text, timeZone, from)).toBe(expected);
  });
});

describe('createVariableResolver', () => {
  const template = {
    provider: { stage: "${opt:stage, 'dev'}", region: 'x' },
    custom: { prefix: "app-${param:tenant, 'local'}-${sls:stage}", list: [1, 2], loop: '${self:custom.loop}' },
  };
  const resolve = (value: unknown, params = {}, options = {}) =>
    createVariableResolver(template, { params, options }).resolve(value, 'here');

  it.each<[unknown, unknown]>([
    ['${self:custom.prefix}-queue', 'app-local-dev-queue'],
    ['${self:custom.list}', [1, 2]],
    ["${param:missing, opt:missing, 'last'}", 'last'],
    ['${param:missing, 5}', 5],
    ['${AWS::Region} and ${Res.Arn}', '${AWS::Region} and ${Res.Arn}'],
    [{ a: ['${self:provider.region}'] }, { a: ['x'] }],
    [17, 17],
  ])('makes of %j %j', (value, resolved) => {
    expect(resolve(value)).toEqual(resolved);
  });

  it('prefers parameters and options to what is written', () => {
    expect(resolve('${self:custom.prefix}', { tenant: 'acme' }, { stage: 'prod' })).toBe('app-acme-prod');
  });

  it.each([
    ['${param:missing}', 'has no value'],
    ['${env:HOME}', 'does not understand'],
    ['a ${self:custom.list}', 'whole object'],
    ['${self:custom.loop}', 'refers to itself'],
  ])('names the place where %s stands', (value, problem) => {
    expect(() => resolve(value)).toThrow(
      expect.objectContaining({ code: 'serverless-yml', message: expect.stringContaining(problem) }),
    );
  });
});

describe('callers', () => {
  it.each([
    ['127.0.0.1:8787', true],
    ['127.1.2.3', true],
    ['localhost:1', true],
    ['[::1]:80', true],
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example:80', false],
    ['', false],
    [undefined, false],
  ])('with the Host %j are of this machine: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });

  const host = '127.0.0.1:8787';
  const json = { host, 'content-type': 'application/json; charset=utf-8' };
  it.each([
    [json, true],
    [{ ...json, origin: 'http://127.0.0.1:8787' }, true],
    [{ ...json, origin: 'http://127.0.0.1:1' }, false],
    [{ ...json, origin: 'null' }, false],
    [{ ...json, 'x-forwarded-host': 'a' }, false],
    [{ ...json, forwarded: 'for=1' }, false],
    [{ ...json, via: '1.1 proxy' }, false],
    [{ host, 'content-type': 'text/plain' }, false],
    [{ host, 'content-type': 'application/jsonp' }, false],
    [{ host }, false],
  ])('with the headers %j may use the local API: %s', (headers, expected) => {
    expect(isLocalApiClient(headers)).toBe(expected);
  });

  it('of the stores are never web pages', () => {
    expect(isStoreClient({ host })).toBe(true);
    expect(isStoreClient({ host, origin: `http://${host}` })).toBe(false);
    expect(isStoreClient({ host: 'evil.example' })).toBe(false);
  });
});
