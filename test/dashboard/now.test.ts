import { describe, expect, it } from 'vitest';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type ApiRequest, answerRequest } from '#lib/dashboard/answer-request.ts';
import type { MetricReader, SeriesRequest } from '#lib/dashboard/metric-reader.ts';
import { createWatch, Now, NowSeries, type NowSources, nowRoute, nowSeriesRoute } from '#lib/dashboard/now.ts';
import type { LastExports } from '#lib/dashboard/now-exports.ts';
import type { QueueFacts } from '#lib/dashboard/now-queues.ts';
import { judgeSubscription } from '#lib/dashboard/now-subscriptions.ts';
import { lateAfterSeconds } from '#lib/watch/limits.ts';

const now = new Date('2026-01-15T12:00:30.000Z');
const minutesAgo = (minutes: number) => new Date(Date.parse('2026-01-15T12:00:00.000Z') - minutes * 60_000);

type Told = { name: string; at: Date; value: number; dimensions?: { [name: string]: string }; stat?: string };

/** Metrics in memory, one point for each that was told; asked for by name, dimensions and statistic. */
function toldMetrics(told: readonly Told[]): MetricReader & { asked: SeriesRequest[] } {
  const asked: SeriesRequest[] = [];
  const isOf = ({ name, dimensions, stat }: SeriesRequest, one: Told) => {
    const { Stack: _stack, ...own } = dimensions;
    return (
      one.name === name && (one.stat ?? stat) === stat && JSON.stringify(own) === JSON.stringify(one.dimensions ?? {})
    );
  };
  return {
    asked,
    series: async (requests, from, to) => {
      asked.push(...requests);
      return requests.map((request) => ({
        id: request.id,
        points: told
          .filter((one) => isOf(request, one) && one.at >= from && one.at < to)
          .map(({ at, value }) => ({ at, value })),
      }));
    },
  };
}

/** As `recover-spill` tells it, however little happens. */
const heartbeats = (from = 80, to = 0): Told[] =>
  Array.from({ length: (from - to) / 5 }, (_, index) => minutesAgo(from - index * 5)).flatMap((at) => [
    { name: 'SpillWaiting', at, value: 0 },
    { name: 'SpillStuck', at, value: 0 },
  ]);

const emptyQueues: readonly QueueFacts[] = Object.keys(lateAfterSeconds).map((name) => ({
  name,
  visible: 0,
  inFlight: 0,
  delayed: 0,
  dead: 0,
}));
const lastExports: LastExports = {
  date: '2026-01-14',
  sets: [
    {
      set: 'people',
      expected: 1,
      there: 1,
      late: [],
      is_first_night: false,
      rows: 12,
      published_at: '2026-01-15T04:10:00.000Z',
    },
  ],
};

const watchOf = (told: readonly Told[], changes: Partial<NowSources> = {}) =>
  createWatch({
    stack: 'acme-prod',
    metrics: toldMetrics(told),
    queues: async () => emptyQueues,
    subscriptions: async () => ({ checkedAt: now, subscriptions: [], attempts: new Map() }),
    exports: async () => lastExports,
    now: () => now,
    ...changes,
  });
const read = async (told: readonly Told[], changes: Partial<NowSources> = {}) =>
  Now.parse(await watchOf(told, changes).now());
const lightsOf = async (told: readonly Told[], changes: Partial<NowSources> = {}) => {
  const { lights } = await read(told, changes);
  return Object.fromEntries(lights.map((light) => [light.name, light]));
};
const failing = async (): Promise<never> => {
  throw new Error('no rights');
};

describe('the view Now', () => {
  it('shows no light where all is well', async () => {
    const { lights } = await read([...heartbeats(), { name: 'TokenSecondsLeft', at: minutesAgo(300), value: 400_000 }]);
    expect(lights.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(new Set(lights.map(({ name }) => name)).size).toBe(lights.length);
  });

  it('knows nothing of what metrics tell when the stack is silent', async () => {
    const { lights, figures } = await read([]);
    const unknown = lights.filter(({ state }) => state === 'unknown').map(({ name }) => name);
    expect(unknown).toEqual([
      'callbacks-lost',
      'callbacks-refused',
      'callbacks-stale',
      'spill-in-use',
      'spill-stuck',
      'account-refused',
      'token-rejected',
      'token',
      'pictures-missed',
    ]);
    expect(figures).toEqual({
      messages_per_minute: null,
      delay_median_seconds: null,
      delay_p99_seconds: null,
      backlog: 0,
      token_seconds_left: null,
    });
  });

  it('does not take messages that have stopped being told for none', async () => {
    const { figures } = await read([{ name: 'MessageStored', at: minutesAgo(40), value: 60 }, ...heartbeats(80, 30)]);
    expect(figures.messages_per_minute).toBeNull();
  });

  it('counts messages over the five minutes that are over, and none where the stack has told of none', async () => {
    const stored = [
      { name: 'MessageStored', at: minutesAgo(0), value: 1_000 },
      { name: 'MessageStored', at: minutesAgo(1), value: 30 },
      { name: 'MessageStored', at: minutesAgo(5), value: 20 },
      { name: 'MessageStored', at: minutesAgo(6), value: 500 },
    ];
    expect((await read([...heartbeats(), ...stored])).figures.messages_per_minute).toBe(10);
    expect((await read(heartbeats())).figures.messages_per_minute).toBe(0);
  });

  it('tells the delay of the last messages, and none that is old', async () => {
    const delays = (minutes: number): Told[] => [
      { name: 'SecondsToStored', stat: 'p50', at: minutesAgo(minutes), value: 1.5 },
      { name: 'SecondsToStored', stat: 'p99', at: minutesAgo(minutes), value: 9 },
    ];
    expect((await read([...heartbeats(), ...delays(5)])).figures).toMatchObject({
      delay_median_seconds: 1.5,
      delay_p99_seconds: 9,
    });
    expect((await read([...heartbeats(), ...delays(20)])).figures.delay_median_seconds).toBeNull();
  });

  it('counts the life of the token on from when it was told', async () => {
    const told = (value: number): Told[] => [
      ...heartbeats(),
      { name: 'TokenSecondsLeft', at: minutesAgo(660), value: 1 },
      { name: 'TokenSecondsLeft', at: minutesAgo(300), value },
    ];
    const alive = await read(told(86_400 + 18_000 + 31));
    expect(alive.figures.token_seconds_left).toBe(86_401);
    expect((await lightsOf(told(86_400 + 18_000 + 31)))['token']).toMatchObject({ state: 'ok', value: 86_401 });
    expect((await lightsOf(told(86_400 + 18_000 + 29)))['token']).toMatchObject({ state: 'danger', value: 86_399 });
  });

  it('warns of a callback that was lost for an hour', async () => {
    const lost = (minutes: number) => [
      ...heartbeats(),
      { name: 'CallbackNotStored', at: minutesAgo(minutes), value: 2 },
    ];
    expect((await lightsOf(lost(50)))['callbacks-lost']).toEqual({
      name: 'callbacks-lost',
      state: 'danger',
      value: 2,
      since: minutesAgo(50).toISOString(),
    });
    expect((await lightsOf(lost(61)))['callbacks-lost']).toMatchObject({ state: 'ok', value: 0 });
  });

  it.each([
    { title: 'a few', refused: 9, stored: 0, state: 'ok' },
    { title: 'ten among many', refused: 10, stored: 190, state: 'warning' },
    { title: 'more than one in twenty', refused: 10, stored: 189, state: 'danger' },
  ])('judges refused callbacks as the alarm does: $title', async ({ refused, stored, state }) => {
    const lights = await lightsOf([
      ...heartbeats(),
      { name: 'CallbackRefused', at: minutesAgo(5), value: refused },
      { name: 'MessageStored', at: minutesAgo(4), value: stored },
      { name: 'MessageStored', at: minutesAgo(20), value: 10_000 },
    ]);
    expect(lights['callbacks-refused']).toMatchObject({ state, value: refused });
  });

  it.each([
    { title: 'four are too few to judge by', missed: 4, stored: 0, state: 'ok' },
    { title: 'one in a hundred', missed: 5, stored: 495, state: 'ok' },
    { title: 'more than that', missed: 5, stored: 494, state: 'danger' },
  ])('judges missed pictures as the alarm does: $title', async ({ missed, stored, state }) => {
    const lights = await lightsOf([
      ...heartbeats(),
      { name: 'PictureMissed', at: minutesAgo(30), value: missed },
      { name: 'PictureStored', at: minutesAgo(10), value: stored },
    ]);
    expect(lights['pictures-missed']).toMatchObject({ state });
  });

  it('tells a queue that is late from one that has been so for two periods', async () => {
    const age = (minutes: number, value: number): Told => ({
      name: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: 'acme-prod-pictures' },
      at: minutesAgo(minutes),
      value,
    });
    const late = async (...told: Told[]) => (await lightsOf([...heartbeats(), ...told]))['queue-late:pictures'];
    expect(await late(age(10, 100), age(5, 120))).toMatchObject({ state: 'ok', value: 120 });
    expect(await late(age(10, 100), age(5, 121))).toMatchObject({ state: 'warning' });
    expect(await late(age(10, 130), age(5, 121))).toMatchObject({ state: 'danger' });
    expect(await late(age(30, 500))).toMatchObject({ state: 'ok', value: null });
  });

  it('does not know whether a queue is late that holds messages of no known age', async () => {
    const queues = async () =>
      emptyQueues.map((one) => (one.name === 'alarms' ? { ...one, visible: 3, dead: 1 } : one));
    const lights = await lightsOf(heartbeats(), { queues });
    expect(lights['queue-late:alarms']).toMatchObject({ state: 'unknown', value: null });
    expect(lights['dead-letters:alarms']).toMatchObject({ state: 'danger', value: 1 });
    expect(lights['dead-letters:devices']).toMatchObject({ state: 'ok', value: 0 });
  });

  it('adds up no backlog of some of the queues', async () => {
    const { figures, queues, lights } = await read(heartbeats(), { queues: async () => emptyQueues.slice(1) });
    expect(figures.backlog).toBeNull();
    expect(queues[0]).toMatchObject({ name: 'alarms', visible: null, dead: null });
    expect(lights.find(({ name }) => name === 'dead-letters:alarms')).toMatchObject({ state: 'unknown', value: null });
  });

  it('tells what it can where a store fails', async () => {
    const broken = await read(heartbeats(), {
      metrics: { series: failing },
      subscriptions: failing,
      exports: failing,
      queues: failing,
    });
    expect(broken).toMatchObject({ exports: null, subscriptions: [], figures: { backlog: null } });
    expect(broken.queues).toHaveLength(7);
    expect(broken.lights.filter(({ state }) => state !== 'unknown')).toEqual([]);
  });

  it('shows exports that are late, and none as late before the first night', async () => {
    const [people] = lastExports.sets;
    if (people === undefined) throw new Error('no set');
    const exports = async (): Promise<LastExports> => ({
      ...lastExports,
      sets: [
        { ...people, there: 0, late: ['people/granularity=day/period=2026-01-14'] },
        { ...people, set: 'events', there: 0, late: ['events/…'], is_first_night: true },
      ],
    });
    const lights = await lightsOf(heartbeats(), { exports });
    expect(lights['export:people']).toMatchObject({ state: 'danger', value: 1 });
    expect(lights['export:events']).toMatchObject({ state: 'unknown', value: null });
  });

  it('reads metrics twice a minute, however often it is asked', async () => {
    const metrics = toldMetrics(heartbeats());
    let at = now.getTime();
    const watch = watchOf([], { metrics, now: () => new Date(at) });
    await watch.now();
    const once = metrics.asked.length;
    at += 29_999;
    await watch.now();
    expect(metrics.asked).toHaveLength(once);
    at += 1;
    await watch.now();
    expect(metrics.asked).toHaveLength(2 * once);
  });
});

describe('messages per minute', () => {
  const stored = (type: string, minutes: number, value: number): Told => ({
    name: 'MessageStored',
    dimensions: { MessageType: type },
    at: minutesAgo(minutes),
    value,
  });

  it('are told by type, with a gap where the stack was silent', async () => {
    const told = [...heartbeats(80, 45), ...heartbeats(15), stored('device_alarm', 2, 7), stored('target_data', 50, 3)];
    const series = NowSeries.parse(await watchOf(told).series(60));
    expect(series.times).toHaveLength(60);
    expect(series.times.at(-1)).toBe(minutesAgo(1).toISOString());
    expect(series.messages.map(({ message_type }) => message_type)).toEqual(['device_alarm', 'target_data']);
    const [alarms, targets] = series.messages.map(
      ({ per_minute }) =>
        (minutes: number) =>
          per_minute[60 - minutes],
    );
    expect(alarms?.(2)).toBe(7);
    expect(alarms?.(1)).toBe(0);
    expect(targets?.(50)).toBe(3);
    expect(alarms?.(30)).toBeNull();
    expect(series.delay_median_seconds).toEqual(Array(60).fill(null));
  });

  it('are a rate in longer periods too', async () => {
    const told = [...heartbeats(), stored('device_alarm', 10, 50)];
    const series = NowSeries.parse(await watchOf(told).series(720));
    expect(series).toMatchObject({ period_seconds: 300, times: { length: 144 } });
    expect(series.messages[0]?.per_minute.at(-2)).toBe(10);
  });

  it.each([{ minutes: '61' }, { minutes: '1e9' }, { minutes: '<img onerror>' }, { other: '1' }])(
    'are refused for %j',
    async (query: ApiRequest['query']) => {
      const request = { method: 'GET', path: '/api/now/series', query };
      const answer = await answerRequest([nowRoute, nowSeriesRoute], { watch: watchOf([]) }, request, () => {});
      expect(answer).toMatchObject({ status: 400, contentType: 'application/problem+json' });
    },
  );
});

describe('a subscription', () => {
  const [entry] = subscriptions;
  if (entry === undefined) throw new Error('no subscription');
  const looked = (state: 'ok' | 'registered' | 'foreign' | 'waiting' | 'no-key' | 'failed', cause?: string) => ({
    subscription: entry.subscription,
    state,
    keys: 1,
    ...(cause === undefined ? {} : { cause }),
  });
  const silence = { silenceAttempts: 1, silenceAttemptAt: minutesAgo(40) };

  it.each([
    { is: 'green', looked: looked('ok'), newest: minutesAgo(30) },
    { is: 'green', looked: looked('waiting'), newest: minutesAgo(30) },
    { is: 'green', looked: looked('ok'), seenAt: minutesAgo(99_999) },
    { is: 'never-seen', looked: looked('ok') },
    { is: 'silent', looked: looked('ok'), newest: minutesAgo(90), record: silence },
    { is: 'silent', looked: looked('registered', 'silence'), newest: minutesAgo(90), record: silence },
    { is: 'green', looked: looked('ok'), newest: minutesAgo(20), record: silence },
    { is: 'drifted', looked: looked('registered', 'url'), newest: minutesAgo(1) },
    { is: 'foreign', looked: looked('foreign'), newest: minutesAgo(1) },
    { is: 'no-key', looked: looked('no-key') },
    { is: 'unknown', looked: looked('failed', 'IVM.1'), newest: minutesAgo(30) },
    { is: 'green', looked: looked('failed', 'IVM.1'), newest: minutesAgo(9) },
    { is: 'unknown', looked: undefined, newest: minutesAgo(30) },
    { is: 'green', looked: undefined, newest: minutesAgo(9) },
  ])('is $is ($looked.state, $looked.cause)', ({ is, looked, ...facts }) => {
    const judged = judgeSubscription({
      entry,
      looked,
      newest: undefined,
      seenAt: undefined,
      record: {},
      now,
      ...facts,
    });
    expect(judged.state).toBe(is);
  });

  it('makes a light that says how grave it is', async () => {
    const states = [
      ['silent', 'danger', 2],
      ['silent', 'warning', 1],
      ['drifted', 'warning', 0],
      ['foreign', 'danger', 0],
      ['never-seen', 'ok', 0],
      ['unknown', 'unknown', 0],
    ] as const;
    for (const [state, light, attempts] of states) {
      const lights = await lightsOf(heartbeats(), {
        subscriptions: async () => ({
          checkedAt: now,
          subscriptions: [{ name: 'DEVICE_ALARM', message_type: 'device_alarm', state, cause: null, last_at: null }],
          attempts: new Map([['DEVICE_ALARM', attempts]]),
        }),
      });
      expect(lights['subscription:DEVICE_ALARM']).toMatchObject({ state: light });
    }
  });
});
