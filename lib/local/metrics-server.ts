import * as z from 'zod';
import { type JsonService, jsonOperation, refusal, startJsonService } from './json-service.ts';
import { createMetricStore, type MetricStore, statOf } from './metric-store.ts';

export type MetricsServer = JsonService & Pick<MetricStore, 'read' | 'record'>;

export type MetricsOptions = {
  /** Who may ask. */
  accessKeyId: string;
  now: () => Date;
};

/** The limit of CloudWatch. */
const mostQueries = 500;
const Query = z.object({
  Id: z.string(),
  MetricStat: z
    .object({
      Metric: z.object({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
      }),
      Period: z.number(),
      Stat: z.string(),
    })
    .optional(),
});
const DataRequest = z.object({
  MetricDataQueries: z.array(Query),
  /** Seconds since the epoch, as `EndTime`. */
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
});

/**
 * Starts a CloudWatch on 127.0.0.1: GetMetricData of what `read` and `record` took in during the last six hours, by the
 * minute, in one page, and DescribeAlarms, of which there are none. Periods begin at multiples of their length.
 */
export async function startMetricsServer({ accessKeyId, now }: MetricsOptions): Promise<MetricsServer> {
  const { points, read, record } = createMetricStore(now);

  const service = await startJsonService({
    version: '1.0',
    target: 'GraniteServiceVersion20100801',
    accessKeyId,
    operations: {
      GetMetricData: jsonOperation(DataRequest, ({ MetricDataQueries, StartTime, EndTime, ScanBy }) => {
        if (MetricDataQueries.length > mostQueries) return invalid(`More than ${mostQueries} queries.`);
        const results: object[] = [];
        for (const { Id, MetricStat } of MetricDataQueries) {
          const stat = statOf(MetricStat?.Stat ?? '');
          if (MetricStat === undefined || stat === undefined) return invalid(`${Id} asks for no known statistic.`);
          const { Metric, Period } = MetricStat;
          if (Period <= 0 || Period % 60 !== 0) return invalid(`The period of ${Id} is no multiple of 60.`);
          const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
          const found = points({ namespace: Metric.Namespace, name: Metric.MetricName, dimensions }, stat, {
            fromMs: StartTime * 1000,
            toMs: EndTime * 1000,
            periodMs: Period * 1000,
          });
          const inOrder = ScanBy === 'TimestampAscending' ? found : found.toReversed();
          results.push({
            Id,
            Label: Metric.MetricName,
            Timestamps: inOrder.map(({ atMs }) => atMs / 1000),
            Values: inOrder.map(({ value }) => value),
            StatusCode: 'Complete',
          });
        }
        return { status: 200, body: { MetricDataResults: results, Messages: [] } };
      }),
      DescribeAlarms: () => ({ status: 200, body: { MetricAlarms: [], CompositeAlarms: [] } }),
    },
  });
  return { ...service, read, record };
}

const invalid = (message: string) => refusal('ValidationException', message);
