import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalFunction, startFunction } from '#lib/local/function-worker.ts';

const started: LocalFunction[] = [];

function start(fixture: string, { timeoutMs = 30_000, environment = {}, lines = [] as string[] } = {}): LocalFunction {
  const local = startFunction(
    { name: fixture, timeoutMs, memoryMb: 256 },
    { AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: `demo-${fixture}`, ...environment },
    { moduleUrl: new URL(`fixtures/${fixture}.ts`, import.meta.url), onOutput: (line) => lines.push(line) },
  );
  started.push(local);
  return local;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((local) => local.stop()));
});

describe('an invocation', () => {
  it('passes the event and a context like that of Lambda', async () => {
    const echo = start('echo', { timeoutMs: 20_000 });
    const { event, context } = (await echo.invoke({ greeting: 'hello', at: new Date(0) })) as {
      event: unknown;
      context: { awsRequestId: string; remainingMs: number };
    };
    expect(event).toEqual({ greeting: 'hello', at: '1970-01-01T00:00:00.000Z' });
    expect(context).toMatchObject({
      functionName: 'demo-echo',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:demo-echo',
      memoryLimitInMB: '256',
    });
    expect(context.awsRequestId).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(context.remainingMs).toBeGreaterThan(10_000);
    expect(context.remainingMs).toBeLessThanOrEqual(20_000);
  });

  it('shows the function its own environment and nothing else', async () => {
    const environment = { BUCKET: 'pictures' };
    expect(await start('moody', { environment }).invoke({ act: 'environment' })).toEqual({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'demo-moody',
      BUCKET: 'pictures',
    });
  });

  it.each([
    { act: 'nothing', result: null },
    { act: 'date', result: { at: '1970-01-01T00:00:00.000Z' } },
  ])('gives the result of "$act" as JSON', async ({ act, result }) => {
    expect(await start('moody').invoke({ act })).toEqual(result);
  });

  it.each([
    { act: 'refuse', error: { name: 'Refusal', message: 'not today', code: 'no-entry' } },
    { act: 'throw text', error: { name: 'Error', message: 'a text' } },
    { act: 'circular', error: { name: 'TypeError', message: expect.stringContaining('circular') } },
  ])('rejects with what the handler threw on "$act", and the worker lives on', async ({ act, error }) => {
    const moody = start('moody');
    await expect(moody.invoke({ act })).rejects.toMatchObject(error);
    expect(await moody.invoke({ act: 'count' })).toBe(2);
  });

  it('runs beside others in the same worker', async () => {
    const moody = start('moody');
    const waiting = moody.invoke({ act: 'await release' });
    expect(await moody.invoke({ act: 'release' })).toBe('done');
    expect(await waiting).toBe('released');
  });
});

describe('a worker', () => {
  it.each(['hang', 'block'])('that takes too long on "%s" is ended and replaced', async (act) => {
    const moody = start('moody', { timeoutMs: 200 });
    expect(await moody.invoke({ act: 'count' })).toBe(1);
    const results = await Promise.allSettled([moody.invoke({ act }), moody.invoke({ act: 'await release' })]);
    expect(results[0]).toMatchObject({
      reason: { name: 'FunctionTimeout', message: 'moody took longer than 0.2 s', code: 'function-timeout' },
    });
    expect(results[1]).toMatchObject({ reason: { name: 'FunctionEnded' } });
    expect(await moody.invoke({ act: 'count' })).toBe(1);
  });

  it.each([
    { act: 'exit', message: 'moody exited with code 3 before it answered' },
    { act: 'crash', message: 'moody crashed: out of the blue' },
  ])('that ends on "$act" rejects all that runs in it and is replaced', async ({ act, message }) => {
    const moody = start('moody');
    const results = await Promise.allSettled([moody.invoke({ act: 'await release' }), moody.invoke({ act })]);
    for (const result of results) expect(result).toMatchObject({ reason: { name: 'FunctionEnded', message } });
    expect(await moody.invoke({ act: 'count' })).toBe(1);
  });

  it('imports its module once', async () => {
    const moody = start('moody');
    expect([await moody.invoke({ act: 'count' }), await moody.invoke({ act: 'count' })]).toEqual([1, 2]);
  });

  it('imports a module that failed again at the next invocation', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'function-worker-'));
    try {
      const broken = start('broken-once', { environment: { FLAG_FILE: join(folder, 'flag') } });
      const results = await Promise.allSettled([broken.invoke({}), broken.invoke({})]);
      for (const result of results)
        expect(result).toMatchObject({ reason: { name: 'RangeError', message: 'not ready yet' } });
      expect(await broken.invoke({})).toBe('ready');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names a module without handler', async () => {
    await expect(start('no-handler').invoke({})).rejects.toThrow('demo-no-handler exports no function named handler');
  });

  it('hands on what it writes, line by line', async () => {
    const lines: string[] = [];
    const moody = start('moody', { lines });
    await moody.invoke({ act: 'write' });
    await moody.stop();
    expect(lines.toSorted()).toEqual(['one', 'three', 'two', 'warning without an end']);
  });

  it('that is stopped rejects what runs and takes no more', async () => {
    const moody = start('moody');
    await moody.invoke({ act: 'count' });
    const [waiting] = await Promise.all([Promise.allSettled([moody.invoke({ act: 'await release' })]), moody.stop()]);
    expect(waiting).toMatchObject([{ reason: { message: 'moody was stopped before it answered' } }]);
    await expect(moody.invoke({ act: 'count' })).rejects.toThrow('moody was stopped');
  });

  it('that never began can be stopped', async () => {
    await expect(start('echo').stop()).resolves.toBeUndefined();
  });
});
