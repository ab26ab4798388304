import { describe, expect, it } from 'vitest';
import { carMakes } from '#lib/message-schemas/chinese/car-makes.ts';
import { descriptions } from '#lib/message-schemas/chinese/descriptions.ts';
import { labels } from '#lib/message-schemas/chinese/labels.ts';
import { units } from '#lib/message-schemas/chinese/units.ts';
import { chinese } from '#lib/message-schemas/chinese.ts';
import { fieldNotes } from '#lib/message-schemas/field-notes.ts';
import { messageSchemas } from '#lib/message-schemas/message-schemas.ts';

/** Makes, models, formats and members of messages that are written so in Chinese too. */
const writtenAlike = `Base64 D DS G GCM GMC I ISO ITS IVM IVS1800 Jeep MD5 META MINI MPV N NVR NVR800 O SD SDC
  SUV TLV UNIX URL channel_id channel_state dd HH message_type mm MM smart ss target upgrade_result vehicle_data yyyy`
  .split(/\s+/)
  .toSorted();

const english = new Set(
  Object.values(messageSchemas).flatMap((schema) =>
    [...fieldNotes(schema).values()].flatMap(({ description, unit, values }) => [
      description,
      ...(unit === undefined ? [] : [unit]),
      ...Object.values(values ?? {}),
    ]),
  ),
);

describe('the Chinese wordings', () => {
  it('are there for every text of the schemas, with none left over', () => {
    expect(Object.keys(chinese).toSorted()).toEqual([...english].toSorted());
  });

  it('are written down once each', () => {
    const keys = [descriptions, units, labels, carMakes].flatMap((part) => Object.keys(part));
    expect(keys).toHaveLength(new Set(keys).size);
  });

  it('hold no foreign word but what is written so in Chinese too', () => {
    const foreign = new Set(Object.values(chinese).flatMap((wording) => wording.match(/[A-Za-z]\w*/g) ?? []));
    expect([...foreign].toSorted()).toEqual(writtenAlike);
  });

  it('are short, and punctuated as Chinese is', () => {
    const odd = Object.values(chinese).filter(
      (wording) => !/^\S.{0,38}$/u.test(wording) || / $|\p{Script=Han}[,;:()/]|[,;:()/]\p{Script=Han}/u.test(wording),
    );
    expect(odd).toEqual([]);
  });

  it.each([
    ['black on yellow-green', '黄绿双拼底黑字'],
    ['dump truck', '渣土车'],
    ['line crossing', '越线'],
    ['Peugeot', '标致'],
    ['colour of the number plate', '车牌颜色'],
    ['ms since epoch', '毫秒，UNIX 时间戳'],
  ])("say of '%s' %s", (text, wording) => {
    expect(chinese[text]).toBe(wording);
  });
});
