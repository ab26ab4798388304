import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { MetricReader, Series, SeriesRequest } from '#lib/dashboard/metric-reader.ts';
import { clientSettings } from './client-settings.ts';

/** In one call. */
const mostQueries = 500;

/** Reads series of metrics from CloudWatch. */
export function createMetricReader(client = new CloudWatchClient(clientSettings())): MetricReader {
  const read = async (requests: readonly SeriesRequest[], from: Date, to: Date): Promise<Series[]> => {
    const all: Series[] = requests.map(({ id }) => ({ id, points: [] }));
    let next: string | undefined;
    do {
      const { MetricDataResults = [], NextToken } = await client.send(
        new GetMetricDataCommand({
          StartTime: from,
          EndTime: to,
          ScanBy: 'TimestampAscending',
          MetricDataQueries: requests.map(queryOf),
          ...(next === undefined ? {} : { NextToken: next }),
        }),
      );
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
        const points = Timestamps.flatMap((at, index) => {
          const value = Values[index];
          return value === undefined ? [] : [{ at, value }];
        });
        all[Number(Id.slice(1))]?.points.push(...points);
      }
      next = NextToken;
    } while (next !== undefined);
    return all;
  };
  return {
    series: async (requests, from, to) => {
      const batches = Array.from({ length: Math.ceil(requests.length / mostQueries) }, (_, index) =>
        requests.slice(index * mostQueries, (index + 1) * mostQueries),
      );
      return (await Promise.all(batches.map((batch) => read(batch, from, to)))).flat();
    },
  };
}

/** CloudWatch takes no id that does not begin with a small letter: each query is named by its place. */
const queryOf = ({ namespace, name, dimensions, stat, periodSeconds }: SeriesRequest, index: number) => ({
  Id: `q${index}`,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: stat,
  },
});
