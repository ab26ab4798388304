import type { FieldWords } from '#lib/dashboard-page/field-words.ts';
import { chinese } from '#lib/message-schemas/chinese.ts';
import {
  alarmTypes,
  carBrands,
  channelAbilities,
  plateColors,
  plateTypes,
  vehicleColors,
  vehicleTypes,
} from '#lib/message-schemas/enumerations.ts';
import { fieldNotes } from '#lib/message-schemas/field-notes.ts';
import type { FieldNote, Labels } from '#lib/message-schemas/fields.ts';
import { messageSchemas } from '#lib/message-schemas/message-schemas.ts';

/** Codes that the page shows apart from the message they came in. */
const kinds: Readonly<Record<string, Labels>> = {
  'alarm-type': alarmTypes,
  ability: channelAbilities,
  'vehicle-type': vehicleTypes,
  'vehicle-color': vehicleColors,
  'car-brand': carBrands,
  'plate-color': plateColors,
  'plate-type': plateTypes,
};

/**
 * What the documented fields of all messages mean, for the dashboard's page, as it may stand in JSON.
 *
 * @throws Error where a text of the schemas has no wording in the language
 */
export function fieldWords(language: 'en' | 'zh'): FieldWords {
  const say = language === 'en' ? (text: string) => text : inChinese;
  const tables = createTables(say);
  const wordOf = ({ description, unit, values }: FieldNote) => ({
    description: say(description),
    ...(unit === undefined ? {} : { unit: say(unit) }),
    ...(values === undefined ? {} : { values: tables.idOf(values) }),
  });
  const fields = Object.fromEntries(
    Object.entries(messageSchemas).map(([messageType, schema]) => [
      messageType,
      Object.fromEntries([...fieldNotes(schema)].map(([path, note]) => [path, wordOf(note)])),
    ]),
  );
  const tablesOfKinds = Object.fromEntries(Object.entries(kinds).map(([kind, labels]) => [kind, tables.idOf(labels)]));
  return { tables: tables.all(), fields, kinds: tablesOfKinds };
}

function inChinese(text: string): string {
  const wording = chinese[text];
  if (wording === undefined) throw new Error(`lib/message-schemas/chinese has no wording of '${text}'`);
  return wording;
}

/** Tables of the same labels are one, wherever they are written down; ids are the same in every language. */
function createTables(say: (text: string) => string) {
  const known = new Map<string, Labels>();
  return {
    idOf: (labels: Labels): string => {
      const content = JSON.stringify(labels);
      known.set(content, labels);
      return `${[...known.keys()].indexOf(content)}`;
    },
    all: () =>
      Object.fromEntries(
        [...known.values()].map((labels, id) => [
          `${id}`,
          Object.fromEntries(Object.entries(labels).map(([value, label]) => [value, say(label)])),
        ]),
      ),
  };
}
