import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startMetricsServer } from '#lib/local/metrics-server.ts';

const start = new Date('2026-01-01T00:00:00Z');
const minutes = (count: number) => new Date(start.getTime() + count * 60_000);

type Line = { at: Date; name: string; value: unknown; dimensions?: { [name: string]: string } };
const lineOf = ({ at, name, value, dimensions = {} }: Line) =>
  JSON.stringify({
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'ivm-bridge',
          Dimensions: [['Stack'], ['Stack', ...Object.keys(dimensions)]].slice(0, 1 + Object.keys(dimensions).length),
          Metrics: [{ Name: name, Unit: 'Count' }],
        },
      ],
    },
    Stack: 'ivm-bridge-local',
    ...dimensions,
    [name]: value,
  });

async function startServer() {
  let now = minutes(10);
  const server = await startMetricsServer({ accessKeyId: 'MINE', now: () => now });
  const clientOf = (accessKeyId = 'MINE') => {
    const credentials = { accessKeyId, secretAccessKey: 'x' };
    const client = new CloudWatchClient({
      region: 'us-east-1',
      endpoint: server.endpoint,
      maxAttempts: 1,
      credentials,
    });
    onTestFinished(() => client.destroy());
    return client;
  };
  onTestFinished(() => server.close());
  const client = clientOf();
  type Question = { dimensions?: { [name: string]: string }; stat?: string; period?: number; from?: Date; to?: Date };
  const ask = async (name: string, question: Question = {}, order?: 'TimestampAscending') => {
    const { dimensions = {}, stat = 'Sum', period = 60, from = start, to = minutes(60) } = question;
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: from,
        EndTime: to,
        ...(order === undefined ? {} : { ScanBy: order }),
        MetricDataQueries: [
          {
            Id: 'a',
            MetricStat: {
              Metric: {
                Namespace: 'ivm-bridge',
                MetricName: name,
                Dimensions: Object.entries({ ...dimensions, Stack: 'ivm-bridge-local' }).map(([Name, Value]) => ({
                  Name,
                  Value,
                })),
              },
              Period: period,
              Stat: stat,
            },
          },
        ],
      }),
    );
    const [{ Timestamps = [], Values = [] } = {}] = MetricDataResults;
    return Timestamps.map((at, index) => [at.toISOString().slice(11, 16), Values[index]]);
  };
  return {
    server,
    client,
    clientOf,
    ask,
    tell: (line: Line) => server.read(lineOf(line)),
    passTo: (time: Date) => {
      now = time;
    },
  };
}

describe('the embedded CloudWatch', () => {
  it('answers with what functions told, by the minute, the latest first unless asked', async () => {
    const { ask, tell } = await startServer();
    tell({ at: minutes(1.9), name: 'MessageStored', value: 3 });
    tell({ at: minutes(1), name: 'MessageStored', value: 2 });
    tell({ at: minutes(4), name: 'MessageStored', value: 7 });
    const expected = [
      ['00:01', 5],
      ['00:04', 7],
    ];
    expect(await ask('MessageStored', {}, 'TimestampAscending')).toEqual(expected);
    expect(await ask('MessageStored')).toEqual(expected.toReversed());
    expect(await ask('MessageStored', { period: 300 })).toEqual([['00:00', 12]]);
  });

  it('counts for the stack and by each set of dimensions, in whatever order they are asked for', async () => {
    const { ask, tell } = await startServer();
    tell({ at: start, name: 'MessageStored', value: 3, dimensions: { MessageType: 'device_alarm' } });
    tell({ at: start, name: 'MessageStored', value: 4, dimensions: { MessageType: 'vehicle_data' } });
    expect(await ask('MessageStored')).toEqual([['00:00', 7]]);
    expect(await ask('MessageStored', { dimensions: { MessageType: 'vehicle_data' } })).toEqual([['00:00', 4]]);
    expect(await ask('MessageStored', { dimensions: { MessageType: 'third_data' } })).toEqual([]);
    expect(await ask('Nothing')).toEqual([]);
  });

  it('gives the minutes from that of the start, without that of the end', async () => {
    const { ask, tell } = await startServer();
    for (const minute of [1, 2, 3, 4]) tell({ at: minutes(minute), name: 'MessageStored', value: minute });
    expect(await ask('MessageStored', { from: minutes(2.5), to: minutes(4) }, 'TimestampAscending')).toEqual([
      ['00:02', 2],
      ['00:03', 3],
    ]);
  });

  it.each([
    ['Sum', 55],
    ['SampleCount', 10],
    ['Average', 5.5],
    ['Minimum', 1],
    ['Maximum', 10],
    ['p50', 5],
    ['p90', 9],
    ['p99', 10],
    ['p99.9', 10],
  ])('knows %s over all that lies in a period, of lists as well', async (stat, expected) => {
    const { ask, tell } = await startServer();
    tell({ at: minutes(1), name: 'SecondsToStored', value: [1, 10, 2, 9, 3] });
    tell({ at: minutes(2), name: 'SecondsToStored', value: [8, 4, 7, 5] });
    tell({ at: minutes(3), name: 'SecondsToStored', value: 6 });
    const [[, value] = []] = await ask('SecondsToStored', { stat, period: 300 });
    expect(Number(value) / expected).toBeCloseTo(1, stat.startsWith('p') ? 1.6 : 9);
  });

  it('keeps percentiles to a percent, and within what was told, however small or large', async () => {
    const { ask, tell } = await startServer();
    tell({ at: start, name: 'A', value: [0.003, 0.0031, 86_400] });
    tell({ at: start, name: 'B', value: [0, -5, 0] });
    expect(await ask('A', { stat: 'p0' })).toEqual([['00:00', expect.closeTo(0.003, 4)]]);
    expect(await ask('A', { stat: 'p100' })).toEqual([['00:00', expect.closeTo(86_400, -3)]]);
    expect(await ask('B', { stat: 'p50' })).toEqual([['00:00', 0]]);
    expect(await ask('B', { stat: 'p10' })).toEqual([['00:00', expect.closeTo(-5, 1)]]);
  });

  it('forgets after six hours, and takes nothing in that is older or has not been yet', async () => {
    const { ask, tell, passTo } = await startServer();
    tell({ at: start, name: 'MessageStored', value: 1 });
    tell({ at: minutes(12), name: 'MessageStored', value: 1 });
    expect(await ask('MessageStored')).toEqual([['00:00', 1]]);
    passTo(minutes(361));
    tell({ at: start, name: 'MessageStored', value: 1 });
    tell({ at: minutes(361), name: 'MessageStored', value: 5 });
    expect(await ask('MessageStored', { to: minutes(400) })).toEqual([['06:01', 5]]);
  });

  it('holds no more than so many metrics', async () => {
    const { server, ask, passTo } = await startServer();
    const record = (name: string) =>
      server.record({ namespace: 'ivm-bridge', name, dimensions: { Stack: 'ivm-bridge-local' } }, [1], start.getTime());
    for (let index = 0; index < 2_001; index += 1) record(`M${index}`);
    expect(await ask('M1999')).toEqual([['00:00', 1]]);
    expect(await ask('M2000')).toEqual([]);
    passTo(minutes(400));
    record('M2000');
    expect(await ask('M1999')).toEqual([]);
  });

  it.each(['no JSON "_aws"', '{"_aws":{}}', '{"level":"info"}', lineOf({ at: start, name: 'A', value: 'text' })])(
    'takes nothing from %s',
    async (line) => {
      const { server, ask } = await startServer();
      server.read(line);
      expect(await ask('A', { stat: 'SampleCount' })).toEqual([]);
    },
  );

  it('knows of no alarms', async () => {
    const { client } = await startServer();
    expect(await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))).toMatchObject({ MetricAlarms: [] });
  });

  it('refuses what it would answer otherwise than CloudWatch, and whoever is not of this stack', async () => {
    const { ask, client, clientOf, server } = await startServer();
    const invalid = { name: 'ValidationException' };
    await expect(ask('A', { stat: 'IQM' })).rejects.toMatchObject(invalid);
    await expect(ask('A', { stat: 'toString' })).rejects.toMatchObject(invalid);
    await expect(ask('A', { period: 90 })).rejects.toMatchObject(invalid);
    const send = (by: CloudWatchClient, queries: { Id: string; Expression: string }[]) =>
      by.send(new GetMetricDataCommand({ StartTime: start, EndTime: minutes(1), MetricDataQueries: queries }));
    await expect(send(client, [{ Id: 'a', Expression: '1' }])).rejects.toMatchObject(invalid);
    const many = Array.from({ length: 501 }, (_, index) => ({ Id: `q${index}`, Expression: '1' }));
    await expect(send(client, many)).rejects.toMatchObject(invalid);
    await expect(send(clientOf('OTHER'), [])).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const page = await fetch(server.endpoint, { method: 'POST', headers: { origin: 'http://evil.example' } });
    expect(await page.json()).toMatchObject({ __type: 'UnrecognizedClientException' });
  });
});
