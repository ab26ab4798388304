import { describe, expect, it } from 'vitest';
import { pictureKindWord } from '#lib/dashboard-page/picture-kind.ts';
import { words as englishWords } from '#lib/dashboard-page/texts/en/words.ts';
import { words } from '#lib/dashboard-page/texts/words.ts';
import { words as chineseWords } from '#lib/dashboard-page/texts/zh/words.ts';

describe('the words for codes', () => {
  it('are there for the same codes in both languages, in one order', () => {
    expect(Object.keys(words.zh)).toEqual(Object.keys(words.en));
  });

  it('are in the language they are said to be in', () => {
    expect(Object.values(words.en).filter((word) => /[^ -~]/.test(word))).toEqual([]);
    expect(Object.values(words.zh).filter((word) => !/\p{Script=Han}/u.test(word) && !word.includes('{kind}'))).toEqual(
      [],
    );
  });

  it('have places for what is filled in', () => {
    const places = (word = '') => (word.match(/\{\w+\}/g) ?? []).toSorted();
    for (const [key, word] of Object.entries(words.en)) expect(places(words.zh[key]), key).toEqual(places(word));
  });
});

describe('the word for a kind of picture', () => {
  it.each([
    ['target', 'close-up of the person', '目标特写'],
    ['target-group', 'person of the target group', '目标组图片'],
    ['vehicle-2', 'close-up of the vehicle, target 3', '车辆特写，目标 3'],
    ['panorama-alt', 'panorama, another', '全景，另一张'],
    ['plate-1-alt-2', 'number plate, target 2, another', '车牌，目标 2，另一张'],
    ['other-helmet_pic', 'picture in the field helmet_pic', '字段 helmet_pic 的图片'],
    ['other-$&-1', 'picture in the field $&, target 2', '字段 $& 的图片，目标 2'],
    ['hologram', 'hologram', 'hologram'],
    ['', '', ''],
  ])("of '%s' is '%s' and '%s'", (kind, english, chinese) => {
    expect(pictureKindWord(kind, englishWords)).toBe(english);
    expect(pictureKindWord(kind, chineseWords)).toBe(chinese);
  });
});
