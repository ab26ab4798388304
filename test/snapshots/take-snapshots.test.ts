import { describe, expect, it } from 'vitest';
import { type Item, integerOf, textOf } from '#lib/events/attribute.ts';
import { classifyFailure } from '#lib/ivm/classify-failure.ts';
import { ivmError } from '#lib/ivm/ivm-error.ts';
import { SnapshotJob } from '#lib/snapshots/snapshot-job.ts';
import { type TakeSnapshotsDeps, takeSnapshots } from '#lib/snapshots/take-snapshots.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const slot = '2026-03-10T10:15:00.000Z';
const start = Date.parse('2026-03-10T10:15:20.000Z');
const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
const url = 'https://api.ivm.example.com/v1/holo/DEVICE01_0_1/static';

const refusal = (code: string, status = 400) =>
  ivmError('snapDevice', classifyFailure({ status, code }), { status, code });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A queue, a table and a bucket around the use case; the clock moves only by waiting. */
function world() {
  const clock = { ms: start };
  const calls: { camera: string; atMs: number; storage: boolean }[] = [];
  const answers: (Buffer | Error)[] = [];
  const downloads: (Buffer | Error)[] = [];
  const queued: { job: SnapshotJob; delaySeconds: number }[] = [];
  const items: Item[] = [];
  const objects = new Map<string, Buffer>();
  const leases = new Map<string, { untilMs: number; settled?: string }>();
  const metrics = memoryMetrics();
  const nextOf = (list: (Buffer | Error)[]): Buffer => {
    const next = list.length > 1 ? list.shift() : list[0];
    if (next === undefined || next instanceof Error) throw next ?? new Error('no answer was prepared');
    return next;
  };
  const deps: TakeSnapshotsDeps = {
    ivm: {
      takeSnapshot: async (deviceId, channelId, storage) => {
        calls.push({ camera: `${deviceId}#${channelId}`, atMs: clock.ms, storage });
        return nextOf(answers);
      },
      downloadPicture: async () => nextOf(downloads),
    },
    origins: { judge: async (text) => new URL(text) },
    slots: {
      claim: async (camera, wanted, until) => {
        const lease = leases.get(camera);
        if (lease?.settled !== undefined && lease.settled >= wanted) return 'done';
        if (lease !== undefined && lease.untilMs > clock.ms) return 'taken';
        leases.set(camera, { ...lease, untilMs: until.getTime() });
        return 'claimed';
      },
      hold: async (camera, until) => {
        leases.set(camera, { ...leases.get(camera), untilMs: until.getTime() });
      },
      settle: async (camera, wanted) => {
        leases.set(camera, { untilMs: 0, ...leases.get(camera), settled: wanted });
      },
    },
    objects: {
      putIfAbsent: async (key, content) => {
        if (objects.has(key)) return 'exists';
        objects.set(key, content);
        return 'stored';
      },
    },
    events: {
      putIfAbsent: async (item) => {
        items.push(item);
        return undefined;
      },
    },
    queueJobs: async (jobs) =>
      jobs.map(({ body, delaySeconds }) => {
        queued.push({ job: SnapshotJob.parse(JSON.parse(body)), delaySeconds });
        return { status: 'fulfilled', value: undefined };
      }),
    settings: { timeZone: 'Asia/Shanghai', retentionDays: 365 },
    metric: metrics.metric,
    now: () => new Date(clock.ms),
    sleep: async (ms) => {
      clock.ms += ms;
    },
  };
  const take = (...jobs: SnapshotJob[]) => takeSnapshots(deps, jobs);
  /** Takes a job and whatever it queues, until nothing is left. */
  const takeToTheEnd = async (job: SnapshotJob): Promise<void> => {
    queued.push({ job, delaySeconds: 0 });
    for (let next = queued.shift(); next !== undefined; next = queued.shift()) {
      clock.ms += next.delaySeconds * 1000;
      const [result] = await take(next.job);
      if (result?.status === 'rejected') throw result.reason;
    }
  };
  return { clock, calls, answers, downloads, queued, items, objects, metrics, deps, take, takeToTheEnd };
}

const job = (more: Partial<SnapshotJob> = {}): SnapshotJob => ({
  device_id: 'DEVICE01',
  channel_id: '0',
  slot,
  storage: false,
  failures: 0,
  ...more,
});

describe('takeSnapshots', () => {
  it.each([
    { title: 'base64 in JSON', answer: json({ pic_url: '', pic_data: png.toString('base64') }) },
    { title: 'the picture itself', answer: png },
  ])('stores a picture that comes as $title, by the time it was taken', async ({ answer }) => {
    const { answers, objects, items, metrics, take } = world();
    answers.push(answer);
    expect(await take(job())).toEqual([{ status: 'fulfilled', value: undefined }]);
    const key = 'snapshots/date=2026-03-10/device_id=DEVICE01/channel_id=0/181520.png';
    expect([...objects]).toEqual([[key, png]]);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      camera: { S: 'DEVICE01#0' },
      message_type: { S: 'snapshot' },
      message_id: { S: `snapshot-${slot}` },
      occurred_at: { S: '2026-03-10T10:15:20.000Z' },
      day: { S: 'snapshot#2026-03-10' },
      status: { S: 'stored' },
      s3_key: { S: key },
      content_type: { S: 'image/png' },
      bytes: { N: '10' },
      attempts: { N: '1' },
    });
    expect(textOf(items[0]?.['sk'])).toMatch(/^2026-03-10T10:15:20\.000Z#snapshot-.*#[0-9a-f]{8}$/);
    expect(metrics.counts.get('SnapshotStored')).toBe(1);
  });

  it('polls the reserved URL until the picture is behind it, without another call', async () => {
    const { answers, downloads, objects, calls, clock, take } = world();
    answers.push(json({ pic_url: url, pic_data: '' }));
    downloads.push(
      refusal('IVM.20040004'),
      Buffer.from('<html>not yet</html>'),
      json({ pic_data: png.toString('base64') }),
    );
    await take(job({ storage: true }));
    expect(calls).toHaveLength(1);
    expect([...objects.keys()]).toEqual(['snapshots/date=2026-03-10/device_id=DEVICE01/channel_id=0/181520.png']);
    expect(clock.ms - start).toBe(2000);
  });

  it('polls for eight seconds at most, and then leaves it to the next slot', async () => {
    const { answers, downloads, queued, objects, clock, take } = world();
    answers.push(json({ pic_url: url, pic_data: '' }));
    downloads.push(refusal('IVM.20040004'));
    await take(job({ storage: true }));
    expect(clock.ms - start).toBe(8000);
    expect(queued).toEqual([{ job: job({ storage: true, failures: 1, reason: 'not-ready' }), delaySeconds: 11 }]);
    expect(objects.size).toBe(0);
  });

  it.each([
    { title: 'nothing', answer: Buffer.alloc(0), reason: 'empty' },
    { title: 'JSON with two empty members', answer: json({ pic_url: '', pic_data: '' }), reason: 'empty' },
    { title: 'HTML', answer: Buffer.from('<!doctype html><p>busy'), reason: 'not-an-image' },
    { title: 'bytes that are no image', answer: Buffer.from('0102030405060708', 'hex'), reason: 'not-an-image' },
    {
      title: 'base64 of no image',
      answer: json({ pic_data: Buffer.from('hello').toString('base64') }),
      reason: 'not-an-image',
    },
    { title: 'JSON of another kind', answer: json({ hello: 'you' }), reason: 'not-an-image' },
    {
      title: 'an error with status 200',
      answer: json({ error_code: 'IVM.20000033', error_msg: 'offline' }),
      reason: 'device-failed',
    },
    { title: 'a device that is away', answer: refusal('IVM.20000033'), reason: 'device-failed' },
    { title: 'a call too many', answer: refusal('IVM.20040009'), reason: 'too-frequent' },
  ])('tries $title again in other slots, five times, and gives up with the reason', async ({ answer, reason }) => {
    const { answers, calls, items, objects, metrics, takeToTheEnd } = world();
    answers.push(answer);
    await takeToTheEnd(job());
    expect(calls).toHaveLength(5);
    expect(objects.size).toBe(0);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ status: { S: 'missing' }, reason: { S: reason } });
    expect(integerOf(items[0]?.['attempts'])).toBe(5);
    expect(metrics.counts.get(`SnapshotFailed Reason=${reason}`)).toBe(5);
    expect(metrics.counts.get(`SnapshotGivenUp Reason=${reason}`)).toBe(1);
  });

  it.each([
    { code: 'IVM.20040010', status: 400, reason: 'unsupported' },
    { code: 'IVM.10020011', status: 400, reason: 'refused' },
  ])('gives up at once where IVM says $code', async ({ code, status, reason }) => {
    const { answers, calls, items, takeToTheEnd } = world();
    answers.push(refusal(code, status));
    await takeToTheEnd(job());
    expect(calls).toHaveLength(1);
    expect(items[0]).toMatchObject({ status: { S: 'missing' }, reason: { S: reason } });
  });

  it('leaves trouble with the account to the queue, and says nothing of the channel', async () => {
    const { answers, items, queued, take } = world();
    answers.push(refusal('IVM.10000006', 401));
    expect(await take(job())).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'IVM.10000006' }) },
    ]);
    expect([items, queued]).toEqual([[], []]);
  });

  it('calls a channel once in ten seconds, however many jobs there are at once', async () => {
    const { answers, calls, queued, clock, take } = world();
    answers.push(png);
    const slots = [0, 1, 2].map((minute) => new Date(Date.parse(slot) - minute * 60_000).toISOString());
    await take(...slots.map((one) => job({ slot: one })));
    expect(calls).toHaveLength(1);
    // The settled slot was the first; later jobs of earlier slots are done with it.
    clock.ms += 5_000;
    await take(job({ slot: new Date(Date.parse(slot) + 60_000).toISOString() }));
    expect(calls).toHaveLength(1);
    expect(queued.at(-1)).toMatchObject({ job: { failures: 0 }, delaySeconds: 11 });
  });

  it('counts the ten seconds from when the answer came, however long the call took', async () => {
    const { answers, calls, clock, deps } = world();
    answers.push(png);
    const slow: TakeSnapshotsDeps = {
      ...deps,
      ivm: {
        ...deps.ivm,
        takeSnapshot: async (...args) => {
          // A token had to be waited for, and then the camera.
          clock.ms += 18_000;
          return deps.ivm.takeSnapshot(...args);
        },
      },
    };
    const minutes = [0, 1, 2].map((minute) => new Date(Date.parse(slot) + minute * 60_000).toISOString());
    await takeSnapshots(slow, [job({ slot: minutes[0] ?? '' })]);
    clock.ms += 10_000;
    await takeSnapshots(slow, [job({ slot: minutes[1] ?? '' })]);
    expect(calls).toHaveLength(1);
    clock.ms += 500;
    await takeSnapshots(slow, [job({ slot: minutes[2] ?? '' })]);
    expect(calls).toHaveLength(2);
  });

  it('does a job once that comes twice', async () => {
    const { answers, calls, items, clock, take } = world();
    answers.push(png);
    await take(job());
    clock.ms += 60_000;
    await take(job());
    expect([calls.length, items.length]).toEqual([1, 1]);
  });

  it('keeps both pictures of the hour that comes twice', async () => {
    const { answers, objects, deps, clock } = world();
    const inBerlin = { ...deps, settings: { timeZone: 'Europe/Berlin', retentionDays: 1 } };
    for (const at of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']) {
      clock.ms = Date.parse(at);
      answers.splice(0, 1, Buffer.concat([png, Buffer.from(at)]));
      await takeSnapshots(inBerlin, [job({ slot: at })]);
    }
    expect([...objects.keys()]).toEqual([
      'snapshots/date=2026-10-25/device_id=DEVICE01/channel_id=0/023000.png',
      expect.stringMatching(/\/023000\.[0-9a-f]{8}\.png$/),
    ]);
  });

  it('gives up what waited a quarter of an hour, with what came of its last try', async () => {
    const { clock, items, calls, take } = world();
    clock.ms = Date.parse(slot) + 900_001;
    await take(job({ failures: 2, reason: 'not-ready' }), job({ channel_id: '1' }));
    expect(calls).toEqual([]);
    expect(items.map((item) => textOf(item['reason']))).toEqual(['not-ready', 'too-late']);
  });

  it('is done again where the picture could not be stored', async () => {
    const { answers, deps, items } = world();
    answers.push(png);
    const away = { ...deps, objects: { putIfAbsent: () => Promise.reject(new Error('S3 is away')) } };
    expect(await takeSnapshots(away, [job(), job({ channel_id: '1' })])).toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    expect(items).toEqual([]);
  });
});
