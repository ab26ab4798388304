import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { alarmLogicalId, alarmResources, alarms, queues, scheduledFunctions } from '#lib/deployment/alarms.ts';
import { dashboardResources } from '#lib/deployment/dashboard.ts';

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
const watchedMetrics = alarms.flatMap(({ watch }) => ('expression' in watch ? Object.values(watch.metrics) : [watch]));
const ownMetrics = watchedMetrics.filter(({ dimensions }) => Object.hasOwn(dimensions, 'Stack'));

describe('alarms', () => {
  it.each(ownMetrics.map(({ name, dimensions }) => ({ name, dimensions })))(
    'watch $name as the code tells it',
    ({ name, dimensions }) => {
      const names = Object.keys(dimensions).filter((dimension) => dimension !== 'Stack');
      expect([...(told.get(name) ?? ['is told nowhere'])]).toEqual(expect.arrayContaining(names));
      // One dimension set per metric: an alarm that gives some of several would see nothing.
      if (names.length > 0) expect(told.get(name)?.size).toBe(names.length);
    },
  );

  it('watch every queue, its age and its dead letters, and every function with a schedule', () => {
    const queueNames = [...read('serverless.yml').matchAll(/QueueName: \$\{self:custom\.prefix\}-([a-z-]+)/g)].map(
      ([, name = '']) => name,
    );
    expect(queues.flatMap(({ name }) => [name, `${name}-dead`]).toSorted()).toEqual(queueNames.toSorted());
    const scheduled = Object.values(functions)
      .filter(({ events }) => events.some((event) => 'schedule' in event))
      .map(({ handler }) => handler.split('/')[1] ?? '');
    expect([...scheduledFunctions].toSorted()).toEqual(scheduled.toSorted());
  });

  it('say what to do first, and tell the topic when they begin and when they are over', () => {
    for (const { name, description } of alarms) {
      expect(description, name).toMatch(/\. \S|: \S|; \S/);
      expect(description, name).toMatch(
        /[Ll]ook at|[Rr]un |[Rr]ead |[Rr]aise|[Ss]ign in|[Ff]ind out|"ivm-bridge|[Gg]ive this|[Aa]sk for/,
      );
      expect(description.length, name).toBeLessThanOrEqual(1_024);
      expect(alarmResources()[alarmLogicalId(name)]?.Properties).toMatchObject({
        AlarmActions: [{ Ref: 'AlarmTopic' }],
        OKActions: [{ Ref: 'AlarmTopic' }],
      });
    }
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
  });

  it('name only commands and options that there are', () => {
    const usages = read('lib/cli/set-up-command.ts') + read('lib/cli/doctor-command.ts');
    for (const { description } of alarms) {
      for (const [, command, option] of description.matchAll(/"ivm-bridge (\w+)(?: (--[\w-]+))?"/g)) {
        expect(['setup', 'doctor']).toContain(command);
        if (option !== undefined) expect(usages).toContain(option);
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
  const Body = z.object({ 'Fn::Sub': z.string() });
  const sub = Body.parse(dashboardResources()['Dashboard']?.Properties['DashboardBody'])['Fn::Sub'];
  const Widget = z.object({
    type: z.enum(['alarm', 'text', 'metric']),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
    properties: z.record(z.string(), z.unknown()),
  });
  const widgets = z.object({ widgets: z.array(Widget) }).parse(JSON.parse(sub)).widgets;

  it('shows what rings, then answers four questions, from the top', () => {
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

  it('draws only what is told', () => {
    const drawn = widgets.flatMap(({ properties }) =>
      z.array(z.array(z.unknown())).catch([]).parse(properties['metrics']),
    );
    const own = drawn.filter(([namespace, , dimension]) => namespace === 'ivm-bridge' && dimension === 'Stack');
    expect(own.length).toBeGreaterThan(10);
    for (const [, name] of own) expect([...told.keys()]).toContain(name);
  });
});
