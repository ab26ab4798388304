import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fieldWords } from '#lib/packaging/field-words.ts';
import documented from '../fixtures/documented-fields.json' with { type: 'json' };

const languages = ['en', 'zh'] as const;
const words = { en: fieldWords('en'), zh: fieldWords('zh') };

function labelled(language: 'en' | 'zh', messageType: string, path: string) {
  const { tables, fields } = words[language];
  const word = fields[messageType]?.[path];
  return { ...word, values: tables[word?.values ?? ''] };
}

describe.each(languages)('fieldWords in %s', (language) => {
  it('describes every documented field', () => {
    const missing = documented.filter(
      ({ messageType, path }) => words[language].fields[messageType]?.[path.replace(/^data\.?/, '')] === undefined,
    );
    expect(missing).toEqual([]);
  });

  it('keeps each table of labels once, and every table that a field refers to', () => {
    const { tables, fields } = words[language];
    const used = Object.values(fields).flatMap((byPath) => Object.values(byPath).flatMap(({ values }) => values ?? []));
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(tables).toSorted());
    expect(words.en.tables).not.toEqual(words.zh.tables);
    const contents = Object.values(words.en.tables).map((table) => JSON.stringify(table));
    expect(new Set(contents).size).toBe(contents.length);
  });

  it('is small when it travels', () => {
    expect(gzipSync(JSON.stringify(words[language])).length).toBeLessThanOrEqual(25 * 1024);
  });
});

describe('fieldWords', () => {
  it('has the same fields and tables in both languages', () => {
    const bones = (language: 'en' | 'zh') =>
      Object.entries(words[language].fields).map(([messageType, byPath]) => [
        messageType,
        Object.entries(byPath).map(([path, { unit, values }]) => [path, unit !== undefined, values]),
      ]);
    expect(bones('zh')).toEqual(bones('en'));
  });

  it('says what a colour of a number plate is', () => {
    expect(labelled('en', 'vehicle_data', 'plate_color')).toMatchObject({
      description: 'colour of the number plate',
      values: { 1: 'white on blue', 6: 'black on gradient green' },
    });
    expect(labelled('zh', 'vehicle_data', 'plate_color')).toMatchObject({
      description: '车牌颜色',
      values: { 1: '蓝底白字', 6: '渐变绿底黑字' },
    });
  });

  it('says what a type of vehicle is', () => {
    expect(labelled('zh', 'micro_checkpoint_data', 'data.targets[].vehicle_type')).toMatchObject({
      description: '车辆或人员类型',
      values: { 1: '轿车', 13: '骑行者', 40: '电瓶车' },
    });
  });

  it('says what a type of alarm is', () => {
    expect(labelled('zh', 'device_alarm', 'alarm_type')).toMatchObject({
      description: '告警类型',
      values: { motion_detection: '移动侦测', region_invasion_alarm: '入侵', thirdparty_intelligent: '第三方算法告警' },
    });
    expect(labelled('zh', 'device_alarm', 'enter_count')).toEqual({
      description: '进入人数，仅客流告警有',
      unit: '人',
      values: undefined,
    });
  });

  it('labels codes that are shown apart from their message', () => {
    const { tables, kinds } = words.zh;
    expect(Object.keys(kinds)).toContain('ability');
    expect(tables[kinds['vehicle-color'] ?? '']).toMatchObject({ 1: '白色', 14: '银色' });
    expect(tables[kinds['car-brand'] ?? '']).toMatchObject({ 48: '宝马', 231: 'GMC' });
    expect(kinds['vehicle-color']).toBe(words.zh.fields['vehicle_data']?.['vehicle_color']?.values);
  });

  it('says what a message is about as a whole', () => {
    expect(labelled('zh', 'third_data', '').description).toBe('第三方算法的数据');
  });
});
