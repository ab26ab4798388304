import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TransientError } from '#lib/errors.ts';
import type { IntelligencePictures } from '#lib/ivm/client.ts';
import type { MissingReason, PictureJob } from '#lib/pictures/picture-job.ts';
import { storePictures } from '#lib/pictures/store-pictures.ts';
import { memoryPictures, type UrlContent } from '../support/fakes/memory-pictures.ts';
import { job, jpeg, png, receivedAt } from './picture-parts.ts';

const now = '2026-01-01T00:00:10.000Z';
const inSeconds = (count: number) => new Date(Date.parse(now) + count * 1000).toISOString();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const url = (name: string) => `https://ivm.example/${name}.jpg`;
/** A TLV picture whose URL lives four minutes more. */
const announced = (name: string, changes: Partial<PictureJob> = {}) =>
  job({ kind: name, url: url(name), deadline: inSeconds(240), ...changes });
const alarm = (uuid: string, changes: Partial<PictureJob> = {}) =>
  job({ kind: 'alarm', message_type: 'device_alarm', sk: `${uuid}#picture#alarm`, alarm_uuid: uuid, ...changes });
const fresh = (one: PictureJob) => ({ job: one, receives: 1 });
const again = (one: PictureJob) => ({ job: one, receives: 2 });

describe('storePictures', () => {
  it('stores a picture with what tells where it is from, and closes its item', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.urls.set(url('vehicle'), png);
    const one = announced('vehicle');
    expect(await storePictures(deps, [fresh(one)], context)).toEqual([{ status: 'fulfilled', value: undefined }]);
    const [[key, object] = ['', undefined]] = world.objects;
    expect(key).toMatch(/^pictures\/message_type=vehicle_data\/.*-vehicle\.png$/);
    expect(object).toEqual({
      content: png,
      contentType: 'image/png',
      metadata: {
        'message-id': one.message_id,
        kind: 'vehicle',
        sha256: sha256(png),
        'source-url-host': 'ivm.example',
      },
    });
    expect(world.items.get(one.sk)).toEqual({
      status: 'stored',
      picture: {
        s3Key: key,
        contentType: 'image/png',
        bytes: png.length,
        sha256: sha256(png),
        fetchedAt: new Date(now),
      },
    });
    expect(world.metrics.counts.get('PictureStored MessageType=vehicle_data')).toBe(1);
  });

  it('tells of what is there when the object exists already', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.urls.set(url('vehicle'), png);
    await storePictures(deps, [fresh(announced('vehicle'))], context);
    const [key = ''] = world.objects.keys();
    world.items.clear();
    world.urls.set(url('vehicle'), Buffer.concat([png, Buffer.from('other')]));
    await storePictures(deps, [fresh(announced('vehicle'))], context);
    expect(world.objects.get(key)?.content).toEqual(png);
    expect(world.items.get(announced('vehicle').sk)).toMatchObject({
      picture: { bytes: png.length, sha256: sha256(png) },
    });
  });

  it('keeps no picture of an event that was erased while it was fetched', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.urls.set(url('vehicle'), png);
    world.erased.add(announced('vehicle').sk);
    expect(await storePictures(deps, [fresh(announced('vehicle'))], context)).toEqual([
      { status: 'fulfilled', value: undefined },
    ]);
    expect(world.objects.size).toBe(0);
    expect(world.metrics.counts.get('PictureStored')).toBeUndefined();
  });

  it('leaves a picture that stood before its item went: it may belong to the same event under another key', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.urls.set(url('vehicle'), png);
    await storePictures(deps, [fresh(announced('vehicle'))], context);
    world.erased.add(announced('vehicle').sk);
    await storePictures(deps, [fresh(announced('vehicle'))], context);
    expect(world.objects.size).toBe(1);
  });

  it('takes the earliest deadline first, and then all that can be asked for in one call', async () => {
    const { world, deps, context } = memoryPictures(now);
    const names = ['panorama', 'vehicle', 'plate'];
    for (const name of names) world.urls.set(url(name), jpeg);
    for (const id of ['a', 'b']) {
      world.alarms.set(id, { url: url(id), targetGroupUrl: '' });
      world.urls.set(url(id), jpeg);
    }
    await storePictures(
      deps,
      [
        fresh(alarm('a')),
        fresh(announced('panorama', { deadline: inSeconds(30) })),
        fresh(announced('vehicle', { deadline: inSeconds(10) })),
        fresh(alarm('b')),
        fresh(announced('plate', { deadline: inSeconds(20) })),
      ],
      context,
    );
    expect(world.steps).toEqual([
      'get /vehicle.jpg',
      'get /plate.jpg',
      'get /panorama.jpg',
      'alarms a,b',
      'get /a.jpg',
      'get /b.jpg',
    ]);
    expect([...world.items.values()].map(({ status }) => status)).toEqual(Array(5).fill('stored'));
  });

  it.each<[string, Partial<PictureJob>, UrlContent | undefined]>([
    ['late', { deadline: inSeconds(-1) }, png],
    ['refused', {}, 'gone'],
    ['on a forbidden host', { url: 'https://evil.example/x.jpg' }, undefined],
    ['on a private address', {}, 'private-address'],
  ])('asks IVM for another URL when that of a record is %s', async (_title, changes, content) => {
    const { world, deps, context } = memoryPictures(now);
    if (content !== undefined) world.urls.set(url('vehicle'), content);
    world.urls.set(url('fresh'), jpeg);
    world.records.set('tlv_1', [
      { type: 'PLATE', url: url('plate') },
      { type: 'VEHICLE', url: url('fresh') },
    ]);
    const one = announced('vehicle', { data_id: 'tlv_1', ...changes });
    await storePictures(deps, [fresh(one)], context);
    expect(world.steps.slice(-2)).toEqual(['VEHICLE tlv_1', 'get /fresh.jpg']);
    expect(world.items.get(one.sk)).toMatchObject({ status: 'stored' });
  });

  it.each<[MissingReason, string, Partial<PictureJob>, UrlContent | undefined]>([
    ['expired', 'the URL came too late', { deadline: inSeconds(-1) }, 'gone'],
    ['expired', 'the URL came so late that no clock can be that wrong', { deadline: inSeconds(-600) }, png],
    ['gone', 'the URL is refused', {}, 'gone'],
    ['forbidden-host', 'its host is not known', { url: 'https://evil.example/x.jpg' }, undefined],
    ['forbidden-host', 'its address is private', {}, 'private-address'],
    ['too-large', 'it has no end', {}, 'too-large'],
    ['too-large', 'it is larger than 20 MB', {}, Buffer.concat([png, Buffer.alloc(20 * 1024 * 1024)])],
    ['not-an-image', 'it is HTML', {}, Buffer.from('<html>login</html>')],
    ['not-an-image', 'it is of no kind of image', {}, Buffer.from([1, 2, 3, 4])],
    ['gone', 'an answer of 200 says so', {}, Buffer.from('{"error_code":"IVM.20040011"}')],
    ['none-or-expired', 'an answer of 200 says that there is none', {}, Buffer.from('{"error_code":"IVM.20040004"}')],
    ['unsupported', 'the device cannot', {}, Buffer.from('{"error_code":"IVM.20180025"}')],
    ['unreachable', 'nobody answers until its end', { deadline: inSeconds(10) }, 'unreachable'],
  ])('is missing as %s when %s and nobody can be asked', async (reason, _title, changes, content) => {
    const { world, deps, context } = memoryPictures(now);
    if (content !== undefined) world.urls.set(url('panorama'), content);
    const one = announced('panorama', { message_type: 'behavior_analysis_data', data_id: 'tlv_1', ...changes });
    expect(await storePictures(deps, [fresh(one)], context)).toMatchObject([{ status: 'fulfilled' }]);
    expect(world.items.get(one.sk)).toEqual({ status: 'missing', reason });
    expect(world.metrics.counts.get('PictureMissed') ?? 0).toBe(reason === 'none-or-expired' ? 0 : 1);
    expect(world.objects.size).toBe(0);
  });

  it('is stored when its URL is dead by our clock alone and nobody can be asked', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.urls.set(url('panorama'), png);
    const one = announced('panorama', { message_type: 'behavior_analysis_data', deadline: inSeconds(-599) });
    await storePictures(deps, [fresh(one)], context);
    expect(world.items.get(one.sk)).toMatchObject({ status: 'stored' });
  });

  it('is unreachable, not expired, when it was tried in time and came back too late', async () => {
    const { world, deps, context } = memoryPictures(now);
    const one = announced('panorama', { message_type: 'behavior_analysis_data', deadline: inSeconds(-1) });
    await storePictures(deps, [again(one)], context);
    expect(world.items.get(one.sk)).toEqual({ status: 'missing', reason: 'unreachable' });
  });

  it.each<[string, UrlContent, boolean]>([
    ['nobody answers and there is time', 'unreachable', true],
    ['IVM is busy behind an answer of 200', Buffer.from('{"error_code":"IVM.90000011"}'), true],
    ['the account is refused', 'account-refused', false],
  ])('fails the job when %s', async (_title, content, retryable) => {
    const { world, deps, context } = memoryPictures(now);
    world.urls.set(url('vehicle'), content);
    world.urls.set(url('plate'), png);
    const [failed, stored] = await storePictures(
      deps,
      [fresh(announced('vehicle')), fresh(announced('plate'))],
      context,
    );
    expect(failed).toMatchObject({ status: 'rejected', reason: { retryable } });
    expect(stored).toMatchObject({ status: 'fulfilled' });
    expect(world.items.has(announced('vehicle').sk)).toBe(false);
  });

  it('fails only those that had to be asked for when the API is away', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.apiTrouble = new TransientError('http-503', 'resting');
    world.urls.set(url('plate'), png);
    const results = await storePictures(deps, [fresh(alarm('a')), fresh(announced('plate'))], context);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(results[0]).toMatchObject({ reason: { code: 'http-503' } });
  });

  it('does not begin what it has no time for', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.remainingMs = 5_000;
    const results = await storePictures(deps, [fresh(announced('vehicle')), fresh(alarm('a'))], context);
    expect(results).toMatchObject([{ reason: { code: 'no-time' } }, { reason: { code: 'no-time', retryable: true } }]);
    expect(world.steps).toEqual([]);
  });

  it('does nothing for a job that came again after its work was done', async () => {
    const { world, deps, context } = memoryPictures(now);
    const one = announced('vehicle');
    world.items.set(one.sk, { status: 'missing', reason: 'gone' });
    expect(await storePictures(deps, [again(one)], context)).toMatchObject([{ status: 'fulfilled' }]);
    expect(world.steps).toEqual([]);
  });
});

describe('pictures of an alarm', () => {
  it('may be files of any kind, with the ending that the API gives them', async () => {
    const { world, deps, context } = memoryPictures(now);
    const jav = 'http://192.0.2.1:31012/v1/holo/a.jav?expire=1';
    world.alarms.set('a', { url: jav, targetGroupUrl: '' });
    world.urls.set(jav, Buffer.from([1, 2, 3, 4]));
    await storePictures(deps, [fresh(alarm('a'))], context);
    expect([...world.objects.values()]).toMatchObject([{ contentType: 'application/octet-stream' }]);
    expect([...world.objects.keys()][0]).toMatch(/-alarm\.jav$/);
  });

  it('are not HTML, even so', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.alarms.set('a', { url: url('a'), targetGroupUrl: '' });
    world.urls.set(url('a'), Buffer.from('<html>login</html>'));
    await storePictures(deps, [fresh(alarm('a'))], context);
    expect(world.items.get(alarm('a').sk)).toEqual({ status: 'missing', reason: 'not-an-image' });
  });

  it.each([
    ['that is not ready', { url: '', targetGroupUrl: '' }, 'not-ready'],
    [
      'of which IVM says that there is none, which it also says too early',
      { failure: 'no-picture', code: 'IVM.10027008' },
      'none-or-expired',
    ],
  ] as const)('%s is asked for again in seconds, and by the sweep', async (_title, answer, reason) => {
    const { world, deps, context } = memoryPictures(now);
    world.alarms.set('a', answer);
    const one = alarm('a', { url: 'https://ivm.example/old.jpg', deadline: inSeconds(-1), not_ready: 1 });
    expect(await storePictures(deps, [fresh(one)], context)).toMatchObject([{ status: 'fulfilled' }]);
    const { url: _url, deadline: _deadline, ...rest } = one;
    expect(world.retries).toEqual([{ job: { ...rest, not_ready: 2 }, delaySeconds: 7 }]);
    expect(world.items.get(one.sk)).toEqual({
      status: 'wanted',
      reason,
      nextTryAt: new Date(Date.parse(receivedAt) + 300_000),
    });
  });

  it('waits for the sweep alone once it has come back four times', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.alarms.set('a', { url: '', targetGroupUrl: '' });
    await storePictures(deps, [fresh(alarm('a', { not_ready: 4 }))], context);
    expect(world.retries).toEqual([]);
    expect(world.items.get(alarm('a').sk)).toMatchObject({ status: 'wanted' });
  });

  it('is missing after the seventh day, with what IVM said last', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.nowMs += 7 * 86_400_000;
    world.alarms.set('a', { failure: 'no-picture', code: 'IVM.20040004' });
    await storePictures(deps, [fresh(alarm('a', { not_ready: 4 }))], context);
    expect(world.items.get(alarm('a').sk)).toEqual({ status: 'missing', reason: 'none-or-expired' });
  });

  it('has no target group where IVM gives an empty URL beside the picture', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.alarms.set('a', { url: url('a'), targetGroupUrl: '' });
    const one = alarm('a', { kind: 'target-group' });
    await storePictures(deps, [fresh(one)], context);
    expect(world.items.get(one.sk)).toEqual({ status: 'missing', reason: 'none-or-expired' });
    expect(world.metrics.counts.has('PictureMissed')).toBe(false);
  });

  it('comes again when IVM leaves it out of its answer', async () => {
    const { deps, context } = memoryPictures(now);
    expect(await storePictures(deps, [fresh(alarm('a'))], context)).toMatchObject([
      { status: 'rejected', reason: { code: 'no-answer', retryable: true } },
    ]);
  });
});

describe('pictures of a record', () => {
  it.each<[string, IntelligencePictures, MissingReason]>([
    ['unknown to IVM', { failure: 'permanent', code: 'IVM.10027009' }, 'gone'],
    ['too old', { failure: 'no-picture', code: 'IVM.20040004' }, 'none-or-expired'],
    ['not among those that IVM has', [{ type: 'PLATE', url: 'https://ivm.example/p.jpg' }], 'none-or-expired'],
  ])('is missing when %s', async (_title, answer, reason) => {
    const { world, deps, context } = memoryPictures(now);
    world.records.set('tlv_1', answer);
    const one = announced('vehicle', { data_id: 'tlv_1', deadline: inSeconds(-1) });
    await storePictures(deps, [fresh(one)], context);
    expect(world.items.get(one.sk)).toEqual({ status: 'missing', reason });
  });

  it('stays forbidden where IVM knows no better URL: somebody put it there', async () => {
    const { world, deps, context } = memoryPictures(now);
    world.records.set('tlv_1', { failure: 'permanent', code: 'IVM.10027009' });
    const one = announced('vehicle', { data_id: 'tlv_1', url: 'https://evil.example/x.jpg' });
    await storePictures(deps, [fresh(one)], context);
    expect(world.items.get(one.sk)).toEqual({ status: 'missing', reason: 'forbidden-host' });
  });

  it('is not asked for under a kind that IVM has no name for', async () => {
    const { world, deps, context } = memoryPictures(now);
    const one = announced('other-new_pic', { data_id: 'tlv_1', url: 'https://evil.example/x.jpg' });
    await storePictures(deps, [fresh(one)], context);
    expect(world.steps).toEqual([]);
    expect(world.items.get(one.sk)).toEqual({ status: 'missing', reason: 'forbidden-host' });
  });
});
