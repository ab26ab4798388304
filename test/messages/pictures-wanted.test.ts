import { describe, expect, it } from 'vitest';
import type { Json } from '#lib/json/exact-json.ts';
import { picturesWanted } from '#lib/messages/pictures-wanted.ts';

const url = (name: string) => `https://ivm.example.com/${name}.jpg`;
const level = (value: Json | undefined, path = 'data') => ({
  path,
  value,
  known: new Set(['known_url', 'target_url']),
});
const own = (...values: (Json | undefined)[]) =>
  picturesWanted(values.map((value, index) => level(value, index === 0 ? 'data' : 'data.target'))).own;

describe('picturesWanted', () => {
  it.each([
    ['target_url', 'target'],
    ['target_pic', 'target'],
    ['target_all_pic_url', 'body'],
    ['human_pic', 'body'],
    ['panorama_url', 'panorama'],
    ['target_panorama', 'panorama'],
    ['panorama_pic', 'panorama'],
    ['vehicle_url', 'vehicle'],
    ['vehicle_pic', 'vehicle'],
    ['plate_pic', 'plate'],
    ['target_match', 'match'],
  ])('takes %s for a picture of kind %s', (field, kind) => {
    expect(own({ [field]: url('a') })).toEqual([{ kind, url: url('a') }]);
  });

  it('takes the same URL in two levels for one picture, the first kind wins', () => {
    expect(own({ target_url: url('a') }, { target_pic: url('a'), human_pic: url('a') })).toEqual([
      { kind: 'target', url: url('a') },
    ]);
  });

  it('numbers further URLs of the same kind', () => {
    expect(
      own({ panorama_url: url('a') }, { target_panorama: url('b'), panorama_pic: url('c') }).map(({ kind }) => kind),
    ).toEqual(['panorama', 'panorama-alt', 'panorama-alt-2']);
  });

  it.each<Json>(['', 'base64==', 'ftp://x/y', null, 5, [url('a')], { url: url('a') }])('does not want %j', (value) => {
    expect(own({ target_url: value, target_match: value, new_pic: value })).toEqual([]);
  });

  it('wants an undocumented URL, with the path of its field', () => {
    expect(own({}, { New_Pic: url('a'), known_url: url('b') })).toEqual([
      { kind: 'other-new_pic', url: url('a'), undocumentedField: 'data.target.New_Pic' },
    ]);
  });

  it('wants an undocumented URL only if no documented field names it', () => {
    expect(own({ aaa: url('a'), target_url: url('a') })).toEqual([{ kind: 'target', url: url('a') }]);
  });

  it('keeps sanitised names short and apart', () => {
    const kinds = own({
      'a.b': url('1'),
      'a/b': url('2'),
      'A b': url('3'),
      ['x'.repeat(60)]: url('4'),
      图: url('5'),
    }).map(({ kind }) => kind);
    expect(kinds).toEqual(['other-a-b', 'other-a-b-alt', 'other-a-b-alt-2', `other-${'x'.repeat(40)}`, 'other--']);
  });

  it('wants at most twenty undocumented pictures', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`pic${n}`, url(`${n}`)]));
    expect(own({ ...many, target_url: url('a') })).toHaveLength(21);
  });

  it('puts the position of a target behind the kind, from the second target on', () => {
    const { own: ofMessage, targets } = picturesWanted(
      [level({ panorama_url: url('m') })],
      [
        { ...level({ plate_pic: url('a'), vehicle_pic: url('b') }), position: 0 },
        {
          ...level(
            { plate_pic: url('c'), vehicle_url: url('d'), vehicle_pic: url('e'), odd: url('f') },
            'data.data.targets[2]',
          ),
          position: 2,
        },
      ],
    );
    expect(ofMessage).toEqual([{ kind: 'panorama', url: url('m') }]);
    expect(targets).toEqual([
      [
        { kind: 'vehicle', url: url('b') },
        { kind: 'plate', url: url('a') },
      ],
      [
        { kind: 'vehicle-2', url: url('d') },
        { kind: 'vehicle-2-alt', url: url('e') },
        { kind: 'plate-2', url: url('c') },
        { kind: 'other-odd-2', url: url('f'), undocumentedField: 'data.data.targets[2].odd' },
      ],
    ]);
  });

  it('takes a URL that several targets share for one picture, of the first of them', () => {
    const { targets } = picturesWanted(
      [],
      [0, 1].map((position) => ({ ...level({ panorama_pic: url('a') }), position })),
    );
    expect(targets).toEqual([[{ kind: 'panorama', url: url('a') }], []]);
  });

  it.each<Json | undefined>([undefined, null, 'x', []])('wants nothing of %j', (value) => {
    expect(own(value)).toEqual([]);
  });
});
