import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { type Item, text } from '#lib/events/attribute.ts';
import { eventRecord, type RecordSettings } from '#lib/events/event-record.ts';
import { pictureOwner } from '#lib/intake/store-messages.ts';
import { wantedPictureItem } from '#lib/pictures/picture-items.ts';
import { differingAttributes, type ItemKey, keyOf, planReplay } from '#lib/replay/replay-plan.ts';
import { exampleMessage } from '../support/fixtures.ts';

const now = new Date('2026-01-01T12:00:00.000Z');
const body = Buffer.from(exampleMessage('micro_checkpoint_data-51-micro-checkpoint').text);
const settings: RecordSettings = { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures: 'keep' };
const record = () =>
  eventRecord(
    { receivedAt: '2026-01-01T00:00:00.000Z', subscription: 'path', body, bodySha256: sha256Hex(body) },
    settings,
  );
/** Event, part and three pictures, as they are stored. */
const stored = (): Item[] => {
  const { event, children, pictures } = record();
  const items = pictures.map((picture) => wantedPictureItem(pictureOwner(record(), picture), picture.wanted, now));
  return [event, ...children, ...items];
};
const own: ItemKey = { camera: record().camera, sk: record().sk };
const plan = (standing: readonly Item[]) => planReplay(record(), standing, now);
const changed = (index: number, changes: Item) =>
  stored().map((item, at) => (at === index ? { ...item, ...changes } : item));
const without = (...indexes: number[]) => stored().filter((_, at) => !indexes.includes(at));
const under =
  (camera: string) =>
  (item: Item): Item => ({ ...item, camera: text(camera) });
const suffixes = (keys: readonly ItemKey[]) =>
  keys.map(({ camera, sk }) => `${camera === own.camera ? '' : camera} ${sk.slice(own.sk.length)}`);

describe('planReplay', () => {
  it.each<[string, Item[], string, unknown[], string[]]>([
    ['everything as it should be', stored(), 'unchanged', [], []],
    [
      'another arrival',
      changed(0, { received_at: text('x'), raw_key: text('x'), subscription: text('x') }),
      'unchanged',
      [],
      [],
    ],
    [
      'another attribute',
      changed(0, { data_id: text('x') }),
      'changed',
      [{ kind: 'attribute', name: 'data_id' }],
      [' '],
    ],
    [
      'an attribute too many',
      changed(1, { more: text('x') }),
      'changed',
      [{ kind: 'attribute', name: 'more' }],
      [' #target#0'],
    ],
    ['no event', without(0), 'missing', [], [' ']],
    [
      'no part',
      without(1),
      'changed',
      [{ kind: 'part-missing', key: { ...own, sk: `${own.sk}#target#0` } }],
      [' #target#0'],
    ],
    [
      'no picture, of which the URL is dead and IVM cannot be asked',
      without(2),
      'changed',
      [{ kind: 'picture', state: 'expired', key: { ...own, sk: `${own.sk}#picture#panorama` } }],
      [],
    ],
    [
      'a picture that is not announced',
      [...stored(), { ...stored()[2], sk: text(`${own.sk}#picture#other`) }],
      'unchanged',
      [],
      [],
    ],
    ['the other partition', stored().map(under('OLD#0')), 'moved', [], [' ', ' #target#0']],
    ['both partitions', [...stored(), ...stored().map(under('OLD#0'))], 'moved', [], [' ', ' #target#0']],
  ])('says what to write where there is %s', (_title, standing, outcome, differences, put) => {
    const made = plan(standing);
    expect({ outcome: made.outcome, differences: made.differences, put: suffixes(made.put.map(keyOf)) }).toEqual({
      outcome,
      differences,
      put,
    });
  });

  it('writes nothing of what is missing whole but what was announced', () => {
    const { outcome, put, pictures, remove, days } = plan([]);
    expect({ outcome, put: suffixes(put.map(keyOf)), pictures: pictures.length, remove, days }).toEqual({
      outcome: 'missing',
      put: [' ', ' #target#0'],
      pictures: 3,
      remove: [],
      days: ['micro_checkpoint_data#2023-02-20'],
    });
  });

  it('fetches a new picture by its URL where that lives longer than most', () => {
    const living = Date.UTC(2026, 0, 1, 12, 5) / 1000;
    const withExpiry = Buffer.from(body.toString().replaceAll('/static"', `/static?expire=${living}"`));
    const message = { receivedAt: '2026-01-01T00:00:00.000Z', subscription: 'path', body: withExpiry };
    const { pictures } = planReplay(eventRecord({ ...message, bodySha256: sha256Hex(withExpiry) }, settings), [], now);
    expect(pictures.map(({ item, job }) => [item['kind'], item['status'], job?.deadline])).toContainEqual([
      text('panorama'),
      text('wanted'),
      '2026-01-01T12:05:00.000Z',
    ]);
  });

  it('deletes what stands under the old key, pictures only as they were seen, and the event last', () => {
    const { remove, rekeyed } = plan(stored().map(under('OLD#0')));
    expect(suffixes(remove)).toEqual([
      'OLD#0 #picture#panorama',
      'OLD#0 #picture#vehicle',
      'OLD#0 #picture#plate',
      'OLD#0 #target#0',
      'OLD#0 ',
    ]);
    expect(remove.map(({ status }) => status)).toEqual(['wanted', 'wanted', 'wanted', undefined, undefined]);
    expect(suffixes(rekeyed.map(keyOf))).toEqual([' #picture#panorama', ' #picture#vehicle', ' #picture#plate']);
  });

  it('takes a part away that the message no longer has', () => {
    const { outcome, put, remove } = plan([...stored(), { ...stored()[1], sk: text(`${own.sk}#target#1`) }]);
    expect({ outcome, put, remove: suffixes(remove) }).toEqual({ outcome: 'changed', put: [], remove: [' #target#1'] });
  });

  it('leaves alone what should be forgotten by now, by the end that it was given', () => {
    expect(plan(changed(0, { expires_at: { N: '1767268800' }, data_id: text('x') }))).toMatchObject({
      outcome: 'expired',
      put: [],
    });
    expect(planReplay(record(), [], new Date('2026-01-31T00:00:00.000Z')).outcome).toBe('expired');
    expect(planReplay(record(), [], new Date('2026-01-30T23:59:59.999Z')).outcome).toBe('missing');
  });

  it('makes exports anew of the days before and after', () => {
    const elsewhere = stored().map((item) => ({
      ...under('OLD#0')(item),
      ...(item['day'] && { day: text('x#2023-02-19') }),
    }));
    expect(plan(elsewhere).days).toEqual(['micro_checkpoint_data#2023-02-20', 'x#2023-02-19']);
  });
});

describe('differingAttributes', () => {
  const item: Item = { camera: text('D#0'), a: { N: '1' }, m: { M: { x: text('1'), y: { L: [{ NULL: true }] } } } };

  it.each<[string, Item, string[]]>([
    [
      'the same in another order',
      { m: { M: { y: { L: [{ NULL: true }] }, x: text('1') } }, a: { N: '1' }, camera: text('D#0') },
      [],
    ],
    ['another type', { ...item, a: text('1') }, ['a']],
    ['a difference within', { ...item, m: { M: { x: text('1'), y: { L: [] } } } }, ['m']],
    ['one more and one less', { camera: text('D#0'), m: item['m'] ?? text(''), b: text('') }, ['a', 'b']],
    ['another key', { ...item, camera: text('E#0') }, ['camera']],
  ])('tells %s', (_title, other, names) => {
    expect(differingAttributes(item, other, { isMoved: false })).toEqual(names);
    expect(differingAttributes(item, other, { isMoved: true })).toEqual(names.filter((name) => name !== 'camera'));
  });
});
