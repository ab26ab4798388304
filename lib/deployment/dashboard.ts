import { subscriptions } from '#lib/callback/subscriptions.ts';
import {
  alarmLogicalId,
  alarms,
  failedCallbacks,
  functionMetric,
  functionNames,
  type MetricRef,
  queueMetric,
  queues,
  receivedCallbacks,
  receiverDuration,
  stackMetric,
  throttledCallbacks,
} from './alarms.ts';
import type { CloudFormationResource } from './resource.ts';

const prefix = '${self:custom.prefix}';
/** A dashboard is 24 units wide. */
const fullWidth = 24;
const height = 6;

type Graph = {
  title: string;
  /** With the label each is drawn under. */
  metrics: readonly (readonly [label: string, metric: MetricRef])[];
  periodSeconds?: number;
  /** A line at the value where it begins to matter. */
  mark?: { label: string; value: number };
  isStacked?: true;
};
type Section = { heading: string; graphs: readonly Graph[] };

const tableMetric = (table: string, name: string): MetricRef => ({
  namespace: 'AWS/DynamoDB',
  name,
  dimensions: { TableName: `${prefix}-${table}` },
  stat: 'Sum',
});
const logMetric = (LogGroupName: string): MetricRef => ({
  namespace: 'AWS/Logs',
  name: 'IncomingBytes',
  dimensions: { LogGroupName },
  stat: 'Sum',
});
const bucketMetric = (name: string, storageType: string): MetricRef => ({
  namespace: 'AWS/S3',
  name,
  dimensions: { BucketName: '${DataBucket}', StorageType: storageType },
  stat: 'Average',
});

/** As somebody on call reads it, from the top. */
const sections: readonly Section[] = [
  {
    heading: 'Is data coming in?',
    graphs: [
      {
        title: 'Callbacks per minute',
        periodSeconds: 60,
        metrics: [
          ['received', receivedCallbacks],
          ['refused (401)', stackMetric('CallbackRefused', 'Sum')],
          ['throttled (429)', throttledCallbacks],
          ['failed (5xx)', failedCallbacks],
        ],
      },
      {
        title: 'Time to answer, ms: IVM waits 5000',
        metrics: [
          ['p50', receiverDuration('p50')],
          ['p99', receiverDuration('p99')],
          ['longest', receiverDuration('Maximum')],
        ],
        mark: { label: 'alarm', value: 1_000 },
      },
      {
        title: 'Messages stored, by type',
        metrics: subscriptions.map(({ messageType }) => [
          messageType,
          stackMetric('MessageStored', 'Sum', { MessageType: messageType }),
        ]),
        isStacked: true,
      },
    ],
  },
  {
    heading: 'Is it getting through?',
    graphs: [
      {
        title: 'Dead letters: each says why',
        metrics: queues.map(({ name }) => [
          name,
          queueMetric(`${name}-dead`, 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        ]),
      },
      {
        title: 'From camera to stored, s',
        metrics: [
          ['p50', stackMetric('SecondsToStored', 'p50')],
          ['p99', stackMetric('SecondsToStored', 'p99')],
        ],
      },
      {
        title: 'Tried again and given up',
        metrics: [
          ['records tried again', stackMetric('RecordFailed', 'Sum')],
          ['records to dead letters', stackMetric('RecordParked', 'Sum')],
          ['scheduled runs failed', stackMetric('RunFailed', 'Sum')],
          ['callbacks over S3 spill/', stackMetric('CallbackSpilled', 'Sum')],
          ['callbacks quarantined', stackMetric('CallbackQuarantined', 'Sum')],
        ],
      },
      {
        title: 'Pictures and snapshots',
        metrics: [
          ['pictures stored', stackMetric('PictureStored', 'Sum')],
          ['pictures missed', stackMetric('PictureMissed', 'Sum')],
          ['snapshots stored', stackMetric('SnapshotStored', 'Sum')],
          ['snapshots given up', stackMetric('SnapshotGivenUp', 'Sum')],
        ],
      },
    ],
  },
  {
    heading: 'What is late?',
    graphs: [
      {
        title: 'Age of the oldest message, s',
        metrics: queues.map(({ name }) => [name, queueMetric(name, 'ApproximateAgeOfOldestMessage', 'Maximum')]),
      },
      {
        title: 'Access token: seconds left',
        periodSeconds: 21_600,
        metrics: [['seconds left', stackMetric('TokenSecondsLeft', 'Minimum')]],
        mark: { label: 'alarm', value: 86_400 },
      },
      {
        title: 'Registrations at IVM',
        metrics: [
          ['silent', stackMetric('CallbackSilent', 'Sum')],
          ['foreign', stackMetric('ForeignCallback', 'Sum')],
          ['repaired', stackMetric('CallbackRepaired', 'Sum')],
        ],
      },
      {
        title: 'Exports: finished, and late at 06:00',
        periodSeconds: 3_600,
        metrics: [
          ['finished', stackMetric('ExportFinished', 'Sum')],
          ['left for the next run', stackMetric('ExportsLeft', 'Sum')],
          ['late', stackMetric('ExportLate', 'Maximum')],
        ],
      },
    ],
  },
  {
    heading: 'What does it cost?',
    graphs: [
      {
        title: 'Lambda: milliseconds run, by function',
        periodSeconds: 3_600,
        metrics: functionNames.map((name) => [name, functionMetric(name, 'Duration', 'Sum')]),
        isStacked: true,
      },
      {
        title: 'DynamoDB: request units',
        periodSeconds: 3_600,
        metrics: ['events', 'state', 'tokens'].flatMap((table) => [
          [`${table} written`, tableMetric(table, 'ConsumedWriteCapacityUnits')] as const,
          [`${table} read`, tableMetric(table, 'ConsumedReadCapacityUnits')] as const,
        ]),
      },
      {
        title: 'Messages through SQS',
        periodSeconds: 3_600,
        metrics: queues.map(({ name }) => [name, queueMetric(name, 'NumberOfMessagesSent', 'Sum')]),
        isStacked: true,
      },
      {
        title: 'S3: bytes kept',
        periodSeconds: 86_400,
        metrics: [['standard storage', bucketMetric('BucketSizeBytes', 'StandardStorage')]],
      },
      {
        title: 'Logs: bytes written',
        periodSeconds: 3_600,
        metrics: [
          ...functionNames.map((name) => [name, logMetric(`/aws/lambda/${prefix}-${name}`)] as const),
          ['access log', logMetric(`/aws/vendedlogs/http-api/${prefix}`)],
        ],
        isStacked: true,
      },
    ],
  },
];

/** One dashboard, read from the top: what is ringing, then the four questions. */
export function dashboardResources(): { [id: string]: CloudFormationResource } {
  const body = { start: '-P1D', periodOverride: 'inherit', widgets: widgets() };
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardName: prefix, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
    },
  };
}

function widgets(): object[] {
  const alarmHeight = 4;
  const placed: object[] = [
    {
      type: 'alarm',
      x: 0,
      y: 0,
      width: fullWidth,
      height: alarmHeight,
      properties: {
        title: 'What is ringing',
        sortBy: 'stateUpdatedTimestamp',
        alarms: alarms.map(({ name }) => `\${${alarmLogicalId(name)}.Arn}`),
      },
    },
  ];
  let y = alarmHeight;
  for (const { heading, graphs } of sections) {
    const markdown = `## ${heading}`;
    placed.push({ type: 'text', x: 0, y, width: fullWidth, height: 1, properties: { markdown } });
    const width = Math.floor(fullWidth / graphs.length);
    placed.push(...graphs.map((graph, index) => graphWidget(graph, { x: index * width, y: y + 1, width, height })));
    y += 1 + height;
  }
  return placed;
}

function graphWidget(graph: Graph, place: { x: number; y: number; width: number; height: number }): object {
  const { title, metrics, periodSeconds = 300, mark, isStacked } = graph;
  return {
    type: 'metric',
    ...place,
    properties: {
      title,
      region: '${AWS::Region}',
      view: 'timeSeries',
      stacked: isStacked === true,
      period: periodSeconds,
      metrics: metrics.map(([label, metric]) => drawn(label, metric)),
      yAxis: { left: { min: 0 } },
      ...(mark === undefined ? {} : { annotations: { horizontal: [mark] } }),
    },
  };
}

const drawn = (label: string, { namespace, name, dimensions, stat }: MetricRef): unknown[] => [
  namespace,
  name,
  ...Object.entries(dimensions).flatMap(([dimension, value]) => [dimension, textOf(value)]),
  { label, stat },
];

/** A dimension's value as text inside of Fn::Sub. */
const textOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'Ref' in value ? `\${${String(value.Ref)}}` : value;
