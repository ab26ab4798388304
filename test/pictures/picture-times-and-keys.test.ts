import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf } from '#lib/events/attribute.ts';
import { pictureDeadline } from '#lib/pictures/picture-deadline.ts';
import { jobOfItem, pictureJob, wantedPictureItem } from '#lib/pictures/picture-items.ts';
import { receivedJob } from '#lib/pictures/picture-job.ts';
import { pictureKey } from '#lib/pictures/picture-key.ts';
import { nextTryAt, notReadyDelaySeconds, openHour } from '#lib/pictures/retry-schedule.ts';
import { job, owner, receivedAt } from './picture-parts.ts';

const received = new Date(receivedAt);
const seconds = (count: number) => new Date(received.getTime() + count * 1000);
const epoch = (date: Date) => Math.floor(date.getTime() / 1000);
const hours = (count: number) => seconds(count * 3600);

describe('pictureDeadline', () => {
  it.each([
    ['what the URL itself says', `https://a.example/x.jpg?expire=${epoch(seconds(120))}&type=0`, seconds(120)],
    ['five minutes where it says nothing', 'https://a.example/x.jpg', seconds(300)],
    ['five minutes where it says nonsense', 'https://a.example/x.jpg?expire=soon', seconds(300)],
    ['five minutes where it says a time of another year', 'https://a.example/x.jpg?expire=1999999999', seconds(300)],
    ['five minutes where there is no URL to speak of', 'x', seconds(300)],
  ])('is %s', (_title, url, deadline) => {
    expect(pictureDeadline(url, received)).toEqual(deadline);
  });
});

describe('pictureKey', () => {
  it("is made of the event's own time in the tenant's zone", () => {
    expect(pictureKey(job(), 'Asia/Shanghai', 'jpg')).toBe(
      'pictures/message_type=vehicle_data/date=2026-01-01/device_id=D1/channel_id=0/075958-1767225598000000001-0123abcd-vehicle.jpg',
    );
    expect(pictureKey(job({ kind: 'plate-2' }), 'UTC', 'png')).toContain('/date=2025-12-31/');
    expect(pictureKey(job({ kind: 'plate-2' }), 'UTC', 'png')).toMatch(/235958-\d+-0123abcd-plate-2\.png$/);
  });

  it('stays in its folder, whatever the ids are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (deviceId, channelId, messageId) => {
        const key = pictureKey(
          job({ device_id: deviceId, channel_id: channelId, message_id: messageId }),
          'UTC',
          'jpg',
        );
        expect(key.split('/')).toHaveLength(6);
        expect(key).not.toContain('//');
      }),
    );
  });
});

describe('nextTryAt', () => {
  it.each([
    ['5 minutes', 0, 300],
    ['30 minutes', 300, 1800],
    ['2 hours', 1800, 7200],
    ['12 hours', 7200, 43_200],
    ['a day', 43_200, 86_400],
    ['two days', 86_400, 172_800],
    ['seven days', 6 * 86_400, 7 * 86_400],
  ])('is %s after the message', (_title, now, next) => {
    expect(nextTryAt(received, seconds(now))).toEqual(seconds(next));
  });

  it('is never again after the seventh day', () => {
    expect(nextTryAt(received, hours(7 * 24))).toBeUndefined();
  });

  it('lets a job that comes too early wait some seconds, a few times', () => {
    expect([0, 1, 2, 3, 4].map(notReadyDelaySeconds)).toEqual([3, 7, 20, 60, undefined]);
  });
});

describe('a picture item', () => {
  const wanted = { kind: 'vehicle', url: 'https://pics.example:8443/a.jpg?secret=s' };
  const item = wantedPictureItem({ ...owner, dataId: 'tlv_1' }, wanted, received);

  it('is open from ten minutes on, so that a lost job is found', () => {
    expect(item).toMatchObject({
      camera: { S: 'D1#0' },
      sk: { S: `${owner.sk}#picture#vehicle` },
      status: { S: 'wanted' },
      attempts: { N: '0' },
      next_try_at: { S: seconds(600).toISOString() },
      open_hour: { S: '2026-01-01T00' },
      url_host: { S: 'pics.example:8443' },
      data_id: { S: 'tlv_1' },
      expires_at: { N: '1800000000' },
    });
    expect(openHour(hours(1))).toBe('2026-01-01T01');
  });

  it('holds no URL: its secret would outlive it', () => {
    expect(JSON.stringify(item)).not.toContain('secret');
  });

  it('gives the job that asks once more, as long as it is open', () => {
    const first = pictureJob({ ...owner, dataId: 'tlv_1' }, wanted);
    expect(first).toMatchObject({ url: wanted.url, deadline: seconds(300).toISOString() });
    const { url: _url, deadline: _deadline, ...rest } = first;
    expect(jobOfItem(item)).toEqual({ ...rest, not_ready: 4 });
    expect(jobOfItem({ ...item, status: { S: 'stored' } })).toBeUndefined();
    expect(jobOfItem({ status: { S: 'wanted' } })).toBeUndefined();
    expect(textOf(item['kind'])).toBe('vehicle');
  });
});

describe('receivedJob', () => {
  const record = (body: string) =>
    ({ body, attributes: { ApproximateReceiveCount: '3' } }) as Parameters<typeof receivedJob>[0];

  it('reads a job and how often it came', () => {
    expect(receivedJob(record(JSON.stringify(job())))).toEqual({ job: job(), receives: 3 });
  });

  it.each([
    '',
    'x',
    '{}',
    '[]',
    JSON.stringify({ ...job(), hash8: 'short' }),
    JSON.stringify({ ...job(), received_at: 'x' }),
  ])('refuses %s for good', (body) => {
    expect(() => receivedJob(record(body))).toThrow(expect.objectContaining({ code: 'not-a-job', retryable: false }));
  });
});
