import { globSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import {
  alarmLogicalId,
  alarmResources,
  alarms,
  functionNames,
  queues,
  scheduledFunctions,
} from '#lib/deployment/alarms.ts';
import { packagedTemplate, resourcesOfType } from '../support/packaged-template.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const Template = z.object({
  functions: z.record(
    z.string(),
    z.object({ handler: z.string(), events: z.array(z.record(z.string(), z.unknown())) }),
  ),
});
const { functions } = Template.parse(parse(read('serverless.yml')));

/** Every metric that the code tells, with the dimensions it tells it by. */
const told = new Map<string, Set<string>>();
for (const path of globSync('lib/**/*.ts', { cwd: root })) {
  for (const [, name = '', dimensions = ''] of read(path).matchAll(
    /\bmetric\(\s*'(\w+)'(?:,\s*[^,;]*?(?:\([^)]*\))?[^,;]*?(?:,\s*\{([^}]*)\})?)?,?\s*\)/g,
  )) {
    const names = told.get(name) ?? new Set();
    for (const [, dimension = ''] of dimensions.matchAll(/(\w+):/g)) names.add(dimension);
    told.set(name, names);
  }
}

const Dimension = z.object({ Name: z.string(), Value: z.unknown() });
const Metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(Dimension).default([]),
});
type Metric = z.infer<typeof Metric>;
const Alarm = z.union([
  z
    .object({ Metrics: z.array(z.object({ MetricStat: z.object({ Metric }).optional() })) })
    .transform(({ Metrics }) => Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])),
  Metric.transform((metric) => [metric]),
]);
const ownMetric = (MetricName: string, dimensions: { [name: string]: string }): Metric => ({
  Namespace: 'ivm-bridge',
  MetricName,
  Dimensions: Object.entries({ Stack: 'ivm-bridge-acme-prod', ...dimensions }).map(([Name, Value]) => ({
    Name,
    Value,
  })),
});
const verdicts = new Set(['stale', 'mismatch', 'missing', 'malformed']);

/** Why nothing in the packaged stack tells this metric; `undefined` where something does. */
function whyUntold({ Namespace, MetricName, Dimensions }: Metric): string | undefined {
  const values = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const namesOf = (type: string, property: string) =>
    resourcesOfType(type).map(({ Properties }) => Properties[property]);
  const isOneOf = (dimension: string, type: string, property = dimension) =>
    namesOf(type, property).includes(values[dimension]) ? undefined : `no ${dimension} is ${String(values[dimension])}`;
  switch (Namespace) {
    case 'AWS/Lambda':
      return isOneOf('FunctionName', 'AWS::Lambda::Function');
    case 'AWS/SQS':
      return isOneOf('QueueName', 'AWS::SQS::Queue');
    case 'AWS/DynamoDB':
      return isOneOf('TableName', 'AWS::DynamoDB::Table');
    case 'AWS/Logs':
      return isOneOf('LogGroupName', 'AWS::Logs::LogGroup');
    case 'AWS/S3':
      return isReference(values['BucketName'], 'DataBucket') ? undefined : 'it is of another bucket';
    case 'ivm-bridge':
      return Dimensions.length === 0 ? whyUnfiltered(MetricName) : whyNotOurs(MetricName, values);
    default:
      return `${Namespace} is not known`;
  }
}

const isReference = (value: unknown, id: string): boolean =>
  isDeepStrictEqual(value, { Ref: id }) || value === `\${${id}}`;

function whyUnfiltered(name: string): string | undefined {
  const filtered = resourcesOfType('AWS::Logs::MetricFilter').map(({ Properties }) => JSON.stringify(Properties));
  return filtered.some((filter) => filter.includes(`"MetricName":"${name}"`)) ? undefined : 'no filter counts it';
}

function whyNotOurs(name: string, { Stack, ...others }: { [dimension: string]: unknown }): string | undefined {
  const stacks = resourcesOfType('AWS::Lambda::Function').map(({ Properties }) => JSON.stringify(Properties));
  if (!stacks.every((one) => one.includes(`"STACK":"${String(Stack)}"`))) return `no function is of ${String(Stack)}`;
  const known = told.get(name);
  if (known === undefined) return 'no code tells it';
  const names = Object.keys(others);
  // A metric has one set of dimensions beside that of the stack alone: an alarm that names some of several sees nothing.
  if (names.length > 0 && !isDeepStrictEqual(new Set(names), known)) return `it is told by ${[...known].join(', ')}`;
  const { Verdict = 'stale', MessageType = 'device_alarm' } = others;
  const isKnown = verdicts.has(String(Verdict)) && subscriptions.some(({ messageType }) => messageType === MessageType);
  return isKnown ? undefined : 'no code tells this value';
}

describe('alarms', () => {
  const inTemplate = () => resourcesOfType('AWS::CloudWatch::Alarm');

  it('are in the packaged stack, each watching what something in it tells', () => {
    expect(inTemplate()).toHaveLength(alarms.length);
    const untold = inTemplate().flatMap(({ id, Properties }) =>
      Alarm.parse(Properties).flatMap((metric) => {
        const why = whyUntold(metric);
        return why === undefined ? [] : [`${id} ${metric.MetricName}: ${why}`];
      }),
    );
    expect(untold).toEqual([]);
  });

  it.each([
    [{ Namespace: 'AWS/SQS', MetricName: 'x', Dimensions: [{ Name: 'QueueName', Value: 'alarms' }] }, /no QueueName/],
    [{ Namespace: 'AWS/ApiGateway', MetricName: '5xx', Dimensions: [] }, /is not known/],
    [{ Namespace: 'ivm-bridge', MetricName: 'CallbackRefused', Dimensions: [{ Name: 'Stack', Value: 'x' }] }, /of x/],
    [ownMetric('Nothing', {}), /no code/],
    [ownMetric('CallbackRefused', { Reason: 'stale' }), /told by Verdict/],
    [ownMetric('CallbackRefused', { Verdict: 'account-refused' }), /this value/],
  ])('would see that nothing tells %j', (metric, why) => {
    expect(whyUntold(metric)).toMatch(why);
  });

  it('watch every queue, its age and its dead letters, and every function with a schedule', () => {
    const queueNames = [...read('serverless.yml').matchAll(/QueueName: \$\{self:custom\.prefix\}-([a-z-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(queues.flatMap(({ name }) => [name, `${name}-dead`]).toSorted()).toEqual(queueNames.toSorted());
    const scheduled = Object.values(functions)
      .filter(({ events }) => events.some((event) => 'schedule' in event))
      .map(({ handler }) => handler.split('/')[1] ?? '');
    expect([...scheduledFunctions].toSorted()).toEqual(scheduled.toSorted());
    expect([...functionNames].toSorted()).toEqual(
      Object.values(functions)
        .map(({ handler }) => handler.split('/')[1] ?? '')
        .toSorted(),
    );
  });

  it('say what to do first, and tell the topic when they begin, and when they are over', () => {
    for (const { name, description } of alarms) {
      expect(description, name).toMatch(/\. \S|: \S|; \S/);
      expect(description, name).toMatch(
        /[Ll]ook at|[Rr]un |[Rr]ead |[Rr]aise|[Ss]ign in|[Ff]ind out|"ivm-bridge|[Gg]ive this|[Aa]sk for/,
      );
      expect(description.length, name).toBeLessThanOrEqual(1_024);
      // That a scheduled run failed is over with the next minute, and nobody should think that it was repaired.
      expect(packagedTemplate().Resources[alarmLogicalId(name)]?.Properties).toMatchObject({
        AlarmActions: [{ Ref: 'AlarmTopic' }],
        OKActions: scheduledFunctions.some((one) => name === `${one}-failed`) ? [] : [{ Ref: 'AlarmTopic' }],
      });
    }
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
  });

  it('name only commands and options that there are', () => {
    const usageOf: { readonly [command: string]: string } = {
      setup: read('lib/cli/set-up-command.ts'),
      doctor: read('lib/cli/doctor-command.ts'),
      redrive: read('lib/cli/redrive-command.ts'),
    };
    for (const { description } of alarms) {
      for (const [, command = '', option = ''] of description.matchAll(
        /"ivm-bridge (\w+)(?: [a-z-]+)??(?: (--[\w-]+))?"/g,
      )) {
        expect(usageOf[command], description).toContain(option);
      }
    }
  });

  it('have no silence of their own: who must speak up is missed', () => {
    const missed = alarms.filter(({ isSilenceTold }) => isSilenceTold).map(({ name }) => name);
    expect(missed).toEqual(['token-ends', 'export-late']);
    for (const name of missed) {
      expect(alarmResources()[alarmLogicalId(name)]?.Properties['InsufficientDataActions']).toHaveLength(1);
    }
  });

  it('look at no more than a day, as CloudWatch demands', () => {
    for (const { name, periodSeconds, periods = { bad: 1, of: 1 } } of alarms) {
      expect(periodSeconds % 60, name).toBe(0);
      expect(periodSeconds * periods.of, name).toBeLessThanOrEqual(86_400);
      expect(periods.bad, name).toBeLessThanOrEqual(periods.of);
    }
  });
});

describe('the dashboard', () => {
  const Widget = z.object({
    type: z.enum(['alarm', 'text', 'metric']),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
    properties: z.record(z.string(), z.unknown()),
  });
  const widgetsOf = () => {
    const [dashboard] = resourcesOfType('AWS::CloudWatch::Dashboard');
    const Body = z.object({ DashboardBody: z.object({ 'Fn::Sub': z.string() }) });
    const body: unknown = JSON.parse(Body.parse(dashboard?.Properties).DashboardBody['Fn::Sub']);
    return z.object({ widgets: z.array(Widget) }).parse(body).widgets;
  };

  it('shows what rings, then answers four questions, from the top', () => {
    const widgets = widgetsOf();
    const [first] = widgets;
    expect(first?.properties['alarms']).toHaveLength(alarms.length);
    const headings = widgets.filter(({ type }) => type === 'text').map(({ properties }) => properties['markdown']);
    expect(headings).toEqual([
      '## Is data coming in?',
      '## Is it getting through?',
      '## What is late?',
      '## What does it cost?',
    ]);
  });

  it('places no two widgets over one another, and none beside the page', () => {
    const widgets = widgetsOf();
    for (const [index, one] of widgets.entries()) {
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      for (const other of widgets.slice(index + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart).toBe(true);
      }
    }
  });

  it('draws only what something in the packaged stack tells', () => {
    const Row = z.tuple([z.string(), z.string()]).rest(z.unknown());
    const drawn = widgetsOf().flatMap(({ properties }) => z.array(Row).catch([]).parse(properties['metrics']));
    expect(drawn.length).toBeGreaterThan(60);
    const untold = drawn.flatMap(([Namespace, MetricName, ...rest]) => {
      const pairs = rest.slice(0, -1);
      const Dimensions = pairs.flatMap((Name, index) =>
        index % 2 === 0 ? [{ Name: String(Name), Value: pairs[index + 1] }] : [],
      );
      const why = whyUntold({ Namespace, MetricName, Dimensions });
      return why === undefined ? [] : [`${MetricName}: ${why}`];
    });
    expect(untold).toEqual([]);
  });
});
