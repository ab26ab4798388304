import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { type Attribute, textOf } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { keyedHash } from '#lib/privacy/privacy-key.ts';
import { type PrivacySettings, protectBody, withoutRawOnly } from '#lib/privacy/protect-body.ts';
import { attributeText } from '../support/attribute-json.ts';
import { exampleMessages } from '../support/fixtures.ts';

const everything: PrivacySettings = { faceFeatures: 'keep', plates: 'clear', facePictures: 'keep' };
const key = 'an-invented-key-of-more-than-32-characters';
const protect = async (text: string, settings: Partial<PrivacySettings>) =>
  (await protectBody(Buffer.from(text), { ...everything, ...settings }, async () => key)).toString('utf8');

const record = (body: Buffer, facePictures: PrivacySettings['facePictures'] = 'keep', original = body) =>
  eventRecord(
    { receivedAt: '2026-01-01T00:00:00.000Z', subscription: 'target-data', body, bodySha256: sha256Hex(original) },
    { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures },
  );
const target = (members: object) =>
  JSON.stringify({
    message_id: '1770716000000000001',
    message_type: 'target_data',
    data: { device_id: 'D', channel_id: '0', target: members },
  });

describe('protectBody', () => {
  it.each(exampleMessages)('gives the very bytes of $name where nothing is left out', async ({ text }) => {
    const body = Buffer.from(text);
    const noKey = () => Promise.reject(new Error('nothing is hashed'));
    expect(await protectBody(body, everything, noKey)).toBe(body);
  });

  it('leaves out face templates and digests of identity cards wherever they are, and says how long they were', async () => {
    const sent = target({ target_cap_feature: 'AAAA', inner: [{ id_cardmd5: '0123' }], other_cap_feature: { a: [1] } });
    const kept = await protect(sent, { faceFeatures: 'drop' });
    expect(JSON.parse(kept)).toMatchObject({
      data: {
        target: {
          target_cap_feature: { omitted: '4' },
          inner: [{ id_cardmd5: { omitted: '4' } }],
          other_cap_feature: { omitted: '9' },
        },
      },
    });
    expect(await protect(kept, { faceFeatures: 'drop' })).toBe(kept);
    expect(withoutRawOnly(sent)).toBe(kept);
  });

  it('leaves nothing out where there is nothing, so that it does not look as if there had been something', async () => {
    const sent = target({ target_cap_feature: '', id_cardmd5: null });
    expect(await protect(sent, { faceFeatures: 'drop' })).toBe(sent);
  });

  it('gives the same event whether templates are in the raw archive or nowhere', async () => {
    const sent = Buffer.from(target({ target_cap_feature: 'AAAA', id_cardmd5: 'd41d8cd98f00b204e9800998ecf8427e' }));
    const dropped = Buffer.from(await protect(sent.toString(), { faceFeatures: 'drop' }));
    expect(record(dropped, 'keep', sent)).toEqual({ ...record(sent), data: expect.anything() });
    expect(attributeText(record(sent).event['data'])).not.toMatch(/AAAA|d41d8/);
  });

  it('hashes a plate however it is spelled, once, and the index finds it by its hash', async () => {
    const sent = (plate: string) =>
      JSON.stringify({ message_type: 'vehicle_data', data: { plate_char: plate, target: { plate_char: plate } } });
    const hash = keyedHash(key, 'plate', '粤B12345');
    const kept = await protect(sent('粤B·12345'), { plates: 'hashed' });
    expect(JSON.parse(kept)).toMatchObject({ data: { plate_char: hash, target: { plate_char: hash } } });
    expect(await protect(sent('粤b 12345'), { plates: 'hashed' })).toBe(kept);
    expect(await protect(kept, { plates: 'hashed' })).toBe(kept);
    const { event } = record(Buffer.from(kept));
    expect(event).toMatchObject({ plate_char: { S: hash }, plate_prefix: { S: hash.slice(0, 2) } });
    expect(textOf(event['plate_time'])?.startsWith(`${hash}#`)).toBe(true);
  });

  it('hashes what an undocumented field calls a plate, but not what is said about plates', async () => {
    const sent = {
      plate_no: '粤B12345',
      licensePlateNumber: '粤B12345',
      plate_char: '无牌',
      plate_color: 2,
      plate_pic: 'a',
    };
    const kept = JSON.parse(await protect(JSON.stringify(sent), { plates: 'hashed' })) as typeof sent;
    expect(kept).toEqual({ ...sent, plate_no: keyedHash(key, 'plate', '粤B12345'), licensePlateNumber: kept.plate_no });
  });

  it('does not keep the body of a message whose plates cannot be hashed', async () => {
    const noKey = () => Promise.reject(new Error('no key'));
    await expect(protectBody(Buffer.from('{}'), { ...everything, plates: 'hashed' }, noKey)).rejects.toThrow('no key');
  });

  it('leaves out the picture that a message itself carries of a person, not its URL', async () => {
    const picture = target({ target_match: 'iVBORw0KGgo=' });
    expect(await protect(picture, { facePictures: 'skip' })).toContain('"target_match":{"omitted":"12"}');
    const url = target({ target_match: 'https://pictures.example/1.jpg' });
    expect(await protect(url, { facePictures: 'skip' })).toBe(url);
  });
});

describe('pictures of persons', () => {
  const sent = Buffer.from(
    target({
      target_pic: 'https://a.example/1',
      human_pic: 'https://a.example/2',
      target_panorama: 'https://a.example/3',
      target_match: 'https://a.example/4',
      face_url: 'https://a.example/5',
    }),
  );
  const kinds = (pictures: { wanted: { kind: string } }[]) => pictures.map(({ wanted }) => wanted.kind);

  it('are wanted like others unless the tenant skips them', () => {
    const { pictures, event } = record(sent);
    expect(kinds(pictures)).toEqual(['target', 'body', 'panorama', 'match', 'other-face_url']);
    expect(event['pictures_skipped']).toBeUndefined();
  });

  it('are not wanted where the tenant skips them, and the event says which it has announced', () => {
    const { pictures, event } = record(sent, 'skip');
    expect(kinds(pictures)).toEqual(['panorama']);
    const skipped = event['pictures_skipped'] as Extract<Attribute, { L: unknown }>;
    expect(skipped.L.map(textOf)).toEqual(['target', 'body', 'match', 'other-face_url']);
  });
});
