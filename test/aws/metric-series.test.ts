import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetricReader } from '#lib/aws/metric-series.ts';
import type { SeriesRequest } from '#lib/dashboard/metric-reader.ts';
import { type JsonServiceOptions, startJsonService } from '#lib/local/json-service.ts';
import { startMetricsServer } from '#lib/local/metrics-server.ts';

const from = new Date('2026-01-01T00:00:00Z');
const to = new Date('2026-01-01T01:00:00Z');
const minute = (count: number) => new Date(from.getTime() + count * 60_000);

const request = (id: string, overrides: Partial<SeriesRequest> = {}): SeriesRequest => ({
  id,
  namespace: 'ivm-bridge',
  name: 'MessageStored',
  dimensions: { Stack: 'ivm-bridge-local' },
  stat: 'Sum',
  periodSeconds: 60,
  ...overrides,
});

function readerOf(endpoint: string) {
  const credentials = { accessKeyId: 'MINE', secretAccessKey: 'x' };
  const client = new CloudWatchClient({ region: 'us-east-1', endpoint, maxAttempts: 1, credentials });
  onTestFinished(() => client.destroy());
  return createMetricReader(client);
}

async function startMetrics() {
  const server = await startMetricsServer({ accessKeyId: 'MINE', now: () => to });
  onTestFinished(() => server.close());
  const record = (name: string, dimensions: { [name: string]: string }, value: number, at: Date) =>
    server.record({ namespace: 'ivm-bridge', name, dimensions }, [value], at.getTime());
  return { record, reader: readerOf(server.endpoint) };
}

/** A CloudWatch that answers as it is told to. */
async function startCanned(answer: JsonServiceOptions['operations'][string]) {
  const server = await startJsonService({
    version: '1.0',
    target: 'GraniteServiceVersion20100801',
    accessKeyId: 'MINE',
    operations: { GetMetricData: answer },
  });
  onTestFinished(() => server.close());
  return readerOf(server.endpoint);
}

describe('series of metrics', () => {
  it('are read for each request, in their order and by time, empty where nothing was told', async () => {
    const { record, reader } = await startMetrics();
    const dimensions = { Stack: 'ivm-bridge-local' };
    record('MessageStored', dimensions, 3, minute(5));
    record('MessageStored', dimensions, 2, minute(1));
    record('TokenSecondsLeft', dimensions, 86_400, minute(2));
    const series = await reader.series(
      [
        request('Stored / minute'),
        request('nothing', { dimensions: { ...dimensions, MessageType: 'third_data' } }),
        request('token', { name: 'TokenSecondsLeft', stat: 'Minimum', periodSeconds: 300 }),
      ],
      from,
      to,
    );
    expect(series).toEqual([
      {
        id: 'Stored / minute',
        points: [
          { at: minute(1), value: 2 },
          { at: minute(5), value: 3 },
        ],
      },
      { id: 'nothing', points: [] },
      { id: 'token', points: [{ at: from, value: 86_400 }] },
    ]);
    expect(await reader.series([], from, to)).toEqual([]);
  });

  it('are asked for by five hundred at once, which is all that CloudWatch takes', async () => {
    const { record, reader } = await startMetrics();
    record('M0', {}, 1, from);
    record('M500', {}, 2, from);
    const requests = Array.from({ length: 501 }, (_, index) =>
      request(`${index}`, { name: `M${index}`, dimensions: {} }),
    );
    const series = await reader.series(requests, from, to);
    expect(series.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
    expect(series.filter(({ points }) => points.length > 0)).toEqual([
      { id: '0', points: [{ at: from, value: 1 }] },
      { id: '500', points: [{ at: from, value: 2 }] },
    ]);
  });

  it('are put together from all pages', async () => {
    const asked: unknown[] = [];
    const reader = await startCanned((body) => {
      const { NextToken } = body as { NextToken?: string };
      asked.push(NextToken);
      const page = (minuteOf: number, ids: string[]) =>
        ids.map((Id) => ({ Id, Timestamps: [minute(minuteOf).getTime() / 1000], Values: [minuteOf] }));
      return {
        status: 200,
        body:
          NextToken === undefined
            ? { MetricDataResults: page(1, ['q0']), NextToken: 'more' }
            : { MetricDataResults: page(2, ['q1', 'q0']) },
      };
    });
    expect(await reader.series([request('a'), request('b')], from, to)).toEqual([
      {
        id: 'a',
        points: [
          { at: minute(1), value: 1 },
          { at: minute(2), value: 2 },
        ],
      },
      { id: 'b', points: [{ at: minute(2), value: 2 }] },
    ]);
    expect(asked).toEqual([undefined, 'more']);
  });
});
