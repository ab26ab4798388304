import { metricNamespace } from '#lib/runtime/metrics.ts';
import { lateAfterSeconds, leastTokenSeconds, missedPictures, refusedCallbacks } from '#lib/watch/limits.ts';
import type { CloudFormationResource } from './resource.ts';

/** A metric as CloudWatch names it. Values may refer to variables of serverless.yml and be intrinsics. */
export type MetricRef = {
  namespace: string;
  name: string;
  dimensions: { readonly [name: string]: unknown };
  stat: string;
};

export type Alarm = {
  /** In kebab case; the stack's name comes before it. */
  name: string;
  /** What it means, and what to do first. */
  description: string;
  /** One metric, or an expression over several by their ids. */
  watch: MetricRef | { expression: string; metrics: { readonly [id: string]: MetricRef } };
  threshold: number;
  /** Of the value to the threshold; greater unless told. */
  compare?: 'greater' | 'less';
  periodSeconds: number;
  /** Periods that must be bad, of as many that are looked at; one of one unless told. */
  periods?: { bad: number; of: number };
  /** Whether somebody has to speak up now and then: then silence is told as well. */
  isSilenceTold?: true;
  /** Whether it is over at once, and nothing the better for it: then its end is not told. */
  isOneTime?: true;
};

export const stackMetric = (name: string, stat: string, dimensions: { [name: string]: string } = {}): MetricRef => ({
  namespace: metricNamespace,
  name,
  dimensions: { Stack: '${self:custom.prefix}', ...dimensions },
  stat,
});
export const functionMetric = (functionName: string, name: string, stat: string): MetricRef => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions: { FunctionName: `\${self:custom.prefix}-${functionName}` },
  stat,
});
export const queueMetric = (queue: string, name: string, stat: string): MetricRef => ({
  namespace: 'AWS/SQS',
  name,
  dimensions: { QueueName: `\${self:custom.prefix}-${queue}` },
  stat,
});
/**
 * Callbacks counted from the access log, in `serverless.yml`: those throttled reach no function, and what the API itself
 * counts is the dashboard's requests as well.
 */
const loggedCallbacks = (what: string): MetricRef => ({
  namespace: metricNamespace,
  name: `\${self:custom.prefix}-${what}`,
  dimensions: {},
  stat: 'Sum',
});
export const throttledCallbacks = loggedCallbacks('throttled');
export const failedCallbacks = loggedCallbacks('failed');
const receiver = 'receive-callback';
export const receivedCallbacks = functionMetric(receiver, 'Invocations', 'Sum');
export const receiverDuration = (stat: string): MetricRef => functionMetric(receiver, 'Duration', stat);

/** Queues that feed functions, each with the age at which its oldest message is late. */
export const queues: readonly { name: string; lateAfterSeconds: number; firstAction: string }[] = [
  {
    name: 'alarms',
    lateAfterSeconds: lateAfterSeconds.alarms,
    firstAction: 'Look at the log of store-alarms: is DynamoDB or S3 refusing?',
  },
  {
    name: 'devices',
    lateAfterSeconds: lateAfterSeconds.devices,
    firstAction: 'Look at the log of track-devices: is DynamoDB or S3 refusing?',
  },
  {
    name: 'intelligence',
    lateAfterSeconds: lateAfterSeconds.intelligence,
    firstAction: 'Look at the log of store-intelligence; if it only falls behind, raise its maximumConcurrency.',
  },
  {
    name: 'pictures',
    lateAfterSeconds: lateAfterSeconds.pictures,
    firstAction: 'Picture URLs live five minutes. Look at the log of store-pictures: is IVM slow, or refusing?',
  },
  {
    name: 'picture-retries',
    lateAfterSeconds: lateAfterSeconds['picture-retries'],
    firstAction: 'Look at the log of store-pictures: does IVM refuse to name pictures again?',
  },
  {
    name: 'snapshots',
    lateAfterSeconds: lateAfterSeconds.snapshots,
    firstAction: 'More snapshots are asked for than IVM can take: ask for fewer channels, or less often.',
  },
  {
    name: 'statistics',
    lateAfterSeconds: lateAfterSeconds.statistics,
    firstAction: 'Look at the log of export-statistics: is IVM slow, or the account refused?',
  },
];

/** Functions that run by a schedule: whether they have run well shows in nothing else. */
export const scheduledFunctions = [
  'recover-spill',
  'retry-pictures',
  'rotate-token',
  'sync-inventory',
  'request-snapshots',
  'reconcile-callbacks',
  'collect-statistics',
  'export-events',
  'export-counts',
  'check-exports',
] as const;

/** All functions, those that wait for callbacks and queues first, then those with a schedule, at last the dashboard. */
export const functionNames = [
  'receive-callback',
  'store-alarms',
  'track-devices',
  'store-intelligence',
  'store-pictures',
  'take-snapshots',
  'export-statistics',
  ...scheduledFunctions,
  'serve-dashboard',
] as const;

/** What somebody is woken for, the most urgent first. */
export const alarms: readonly Alarm[] = [
  {
    name: 'callbacks-lost',
    description:
      'Callbacks were answered 503, so neither SQS nor S3 took them, and IVM sends nothing twice. Look at the state of SQS and S3 in this region, and at the log of receive-callback for what they answered.',
    watch: stackMetric('CallbackNotStored', 'Sum'),
    threshold: 0,
    periodSeconds: 60,
  },
  {
    name: 'receiver-errors',
    description:
      'A callback was answered 5xx. After six of them IVM is silent for ten minutes. Look at the log of receive-callback: does it start, and can it read its keys?',
    watch: failedCallbacks,
    threshold: 0,
    periodSeconds: 60,
  },
  {
    name: 'receiver-throttled',
    description:
      'A callback was answered 429, and IVM counts that as a failure. If the access log shows IVM as the sender, raise ThrottlingRateLimit in serverless.yml; if not, somebody floods the URL: put AWS WAF before it.',
    watch: throttledCallbacks,
    threshold: 0,
    periodSeconds: 60,
  },
  {
    name: 'receiver-slow',
    description:
      'One callback in a hundred took receive-callback more than a second, and IVM waits five, cold starts included. Look at its log and at SQS; if it is the function itself, raise its memorySize.',
    watch: receiverDuration('p99'),
    threshold: 1_000,
    periodSeconds: 300,
    periods: { bad: 3, of: 3 },
  },
  {
    name: 'callbacks-refused',
    description:
      'More than one callback in twenty, and at least ten in five minutes, was answered 401: IVM signs with a key, a URL or a clock that is not ours, or somebody else calls. Run "ivm-bridge doctor": it compares keys and URLs on both sides.',
    watch: {
      expression: `IF(FILL(refused, 0) >= ${refusedCallbacks.least}, 100 * refused / requests, 0)`,
      metrics: { refused: stackMetric('CallbackRefused', 'Sum'), requests: receivedCallbacks },
    },
    threshold: refusedCallbacks.percent,
    periodSeconds: refusedCallbacks.periodSeconds,
  },
  {
    name: 'callbacks-stale',
    description:
      'A callback was signed rightly but outside of the time window, and lies in quarantine/stale/: a clock is wrong. Run "ivm-bridge doctor" to see which; signatureWindowSeconds can be widened until it is right, and "ivm-bridge replay --quarantine stale" admits what lies there.',
    watch: stackMetric('CallbackRefused', 'Sum', { Verdict: 'stale' }),
    threshold: 0,
    periodSeconds: 300,
  },
  {
    name: 'spill-in-use',
    description:
      'Callbacks take the way over S3 spill/, since SQS refuses or cannot hold them. Nothing is lost; they come back by themselves. Look at the state of SQS, and whether one camera sends bodies above 1 MB.',
    watch: stackMetric('CallbackSpilled', 'Sum'),
    threshold: 0,
    periodSeconds: 300,
  },
  {
    name: 'spill-stuck',
    description:
      'Callbacks under S3 spill/ came back 24 times and were not stored. Look at the log of recover-spill for their keys, and at the log of their store function for the reason.',
    watch: stackMetric('SpillStuck', 'Maximum'),
    threshold: 0,
    periodSeconds: 300,
  },
  ...queues.map(
    ({ name }): Alarm => ({
      name: `${name}-dead-letters`,
      description: `Messages rest in \${self:custom.prefix}-${name}-dead. Each carries why, in the attributes reason and code: look with "ivm-bridge redrive ${name} --dry-run", repair the cause, then send them back with it.`,
      watch: queueMetric(`${name}-dead`, 'ApproximateNumberOfMessagesVisible', 'Maximum'),
      threshold: 0,
      periodSeconds: 300,
    }),
  ),
  ...queues.map(
    ({ name, lateAfterSeconds, firstAction }): Alarm => ({
      name: `${name}-late`,
      description: `The oldest message of the queue ${name} is older than ${lateAfterSeconds} s. ${firstAction}`,
      watch: queueMetric(name, 'ApproximateAgeOfOldestMessage', 'Maximum'),
      threshold: lateAfterSeconds,
      periodSeconds: 300,
      periods: { bad: 2, of: 2 },
    }),
  ),
  {
    name: 'token-ends',
    description:
      'The access token ends in less than a day, or rotate-token tells nothing any more. Look at its log; "ivm-bridge setup" gets a token at once, with --rotate-credentials if the AK/SK pair is the trouble.',
    watch: stackMetric('TokenSecondsLeft', 'Minimum'),
    threshold: leastTokenSeconds,
    compare: 'less',
    periodSeconds: 21_600,
    periods: { bad: 1, of: 2 },
    isSilenceTold: true,
  },
  {
    name: 'token-rejected',
    description:
      'IVM refuses a token that it has just given. Somebody else may use the same AK/SK pair: give this stack a pair of its own with "ivm-bridge setup --rotate-credentials".',
    watch: stackMetric('TokenRejected', 'Sum'),
    threshold: 0,
    periodSeconds: 300,
  },
  {
    name: 'account-refused',
    description:
      'IVM says that the account is frozen, kicked out or not allowed. Sign in to the IVM console and have it repaired, then send dead letters back with "ivm-bridge redrive".',
    watch: stackMetric('AccountRefused', 'Sum'),
    threshold: 0,
    periodSeconds: 300,
  },
  {
    name: 'foreign-callback',
    description:
      'Another URL than ours is registered at IVM, so its messages go elsewhere. Find out whose it is; "ivm-bridge setup --take-over" replaces it.',
    watch: stackMetric('ForeignCallback', 'Sum'),
    threshold: 0,
    periodSeconds: 600,
  },
  {
    name: 'subscription-silent',
    description:
      'A subscription brings nothing where yesterday and last week it did, though it was registered again. Run "ivm-bridge doctor", then look in the IVM console whether the devices are online and their packages granted.',
    watch: stackMetric('CallbackSilent', 'Sum'),
    threshold: 0,
    periodSeconds: 600,
    periods: { bad: 3, of: 3 },
  },
  {
    name: 'pictures-missed',
    description:
      'More than one picture in a hundred was missed in an hour. The metric PictureMissed tells them apart by Reason: forbidden-host needs pictureHosts ("ivm-bridge doctor" names the hosts), expired means that store-pictures falls behind.',
    watch: {
      expression: `IF(FILL(missed, 0) >= ${missedPictures.least}, 100 * missed / (missed + FILL(stored, 0)), 0)`,
      metrics: { missed: stackMetric('PictureMissed', 'Sum'), stored: stackMetric('PictureStored', 'Sum') },
    },
    threshold: missedPictures.percent,
    periodSeconds: missedPictures.periodSeconds,
  },
  {
    name: 'export-late',
    description:
      'At 06:00 of the tenant an export of yesterday was not there, or check-exports tells nothing any more. The log of check-exports names it; look at the log of its function, then run that by hand with {"date": "YYYY-MM-DD"}.',
    watch: stackMetric('ExportLate', 'Maximum'),
    threshold: 0,
    periodSeconds: 86_400,
    isSilenceTold: true,
  },
  ...scheduledFunctions.map(
    (name): Alarm => ({
      name: `${name}-failed`,
      description: `A run of ${name} failed. Its log says why; the next run goes on where this one stopped.`,
      watch: functionMetric(name, 'Errors', 'Sum'),
      threshold: 0,
      periodSeconds: 300,
      isOneTime: true,
    }),
  ),
];

/** The alarms as resources; all of them tell the topic `AlarmTopic`. */
export function alarmResources(): { [id: string]: CloudFormationResource } {
  return Object.fromEntries(
    alarms.map((alarm) => [
      alarmLogicalId(alarm.name),
      {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: `\${self:custom.prefix}-${alarm.name}`,
          AlarmDescription: alarm.description,
          ComparisonOperator: alarm.compare === 'less' ? 'LessThanThreshold' : 'GreaterThanThreshold',
          Threshold: alarm.threshold,
          EvaluationPeriods: alarm.periods?.of ?? 1,
          DatapointsToAlarm: alarm.periods?.bad ?? 1,
          // A new stack has said nothing yet, and that is no news: an alarm begins without data.
          TreatMissingData: alarm.isSilenceTold ? 'missing' : 'notBreaching',
          ...(alarm.isSilenceTold ? { InsufficientDataActions: [{ Ref: 'AlarmTopic' }] } : {}),
          AlarmActions: [{ Ref: 'AlarmTopic' }],
          OKActions: alarm.isOneTime ? [] : [{ Ref: 'AlarmTopic' }],
          ...watched(alarm),
        },
      },
    ]),
  );
}

function watched({ watch, periodSeconds }: Alarm): { [property: string]: unknown } {
  if ('expression' in watch) {
    return {
      Metrics: [
        { Id: 'watched', Expression: watch.expression, ReturnData: true },
        ...Object.entries(watch.metrics).map(([id, metric]) => ({
          Id: id,
          MetricStat: { Metric: metricOf(metric), Period: periodSeconds, Stat: metric.stat },
          ReturnData: false,
        })),
      ],
    };
  }
  const isPercentile = watch.stat.startsWith('p');
  return {
    ...metricOf(watch),
    Period: periodSeconds,
    // Of few requests one slow one would be the percentile.
    ...(isPercentile
      ? { ExtendedStatistic: watch.stat, EvaluateLowSampleCountPercentile: 'ignore' }
      : { Statistic: watch.stat }),
  };
}

const metricOf = ({ namespace, name, dimensions }: MetricRef) => ({
  Namespace: namespace,
  MetricName: name,
  ...(Object.keys(dimensions).length === 0
    ? {}
    : { Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }),
});

export const alarmLogicalId = (name: string): string =>
  `${name
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('')}Alarm`;
