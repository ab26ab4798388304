import { member } from '#lib/json/exact-json.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule } from './message-module.ts';
import { outlines } from './outlines.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, idColumn, textMember } from './read-fields.ts';

const outline = outlines.third_data;
const dataNames = new Set(Object.keys(outline));

/** Third-party algorithm data (reference 10.1.4.5.3); its binary part is read by `walkMeta`. */
export const thirdData: MessageModule = {
  messageType: 'third_data',
  section: '10.1.4.5.3',
  inspectFields: createFieldInspector(outline),
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns: (data) => idColumn('data_id', member(data, 'data_id')),
  children: () => [],
  pictures: (data) => picturesWanted([{ path: 'data', value: data, known: dataNames }]).own,
};
