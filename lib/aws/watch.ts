import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from './client-settings.ts';

const lookBackMs = 900_000;
const periodSeconds = 300;

export type Watch = {
  /** Names of the stack's alarms that ring. */
  ringing(): Promise<string[]>;
  /** Age in seconds of the oldest message of each queue, as of the last quarter of an hour; queues without one are left out. */
  oldestMessages(queueNames: readonly string[]): Promise<Map<string, number>>;
};

/** What CloudWatch knows of a stack, by the name that everything in it begins with. */
export function createWatch(stack: string, now: () => Date, client = new CloudWatchClient(clientSettings())): Watch {
  return {
    ringing: async () => {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const { MetricAlarms = [], NextToken } = await client.send(
          new DescribeAlarmsCommand({
            AlarmNamePrefix: `${stack}-`,
            StateValue: 'ALARM',
            ...(next === undefined ? {} : { NextToken: next }),
          }),
        );
        names.push(...MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []));
        next = NextToken;
      } while (next !== undefined);
      return names;
    },
    oldestMessages: async (queueNames) => {
      const { MetricDataResults = [] } = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(now().getTime() - lookBackMs),
          EndTime: now(),
          ScanBy: 'TimestampDescending',
          MetricDataQueries: queueNames.map((name, index) => ({
            Id: `q${index}`,
            MetricStat: {
              Metric: {
                Namespace: 'AWS/SQS',
                MetricName: 'ApproximateAgeOfOldestMessage',
                Dimensions: [{ Name: 'QueueName', Value: name }],
              },
              Period: periodSeconds,
              Stat: 'Maximum',
            },
          })),
        }),
      );
      return new Map(
        MetricDataResults.flatMap(({ Id = '', Values: [latest] = [] }) => {
          const name = queueNames[Number(Id.slice(1))];
          return name === undefined || latest === undefined ? [] : [[name, latest] as const];
        }),
      );
    },
  };
}
