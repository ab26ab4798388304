import { member } from '#lib/json/exact-json.ts';
import { messageData, text } from './fields.ts';
import type { MessageModule } from './message-module.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, idColumn, textMember } from './read-fields.ts';
import { recordFields } from './shared-fields.ts';

const dataFields = {
  ...recordFields,
  tlv_data: text('the data of a third-party algorithm, passed through unparsed: binary META records', 'base64'),
};

/** `data` of a third_data (reference 10.1.4.5.3). */
export const ThirdDataData = messageData('data of a third-party algorithm', dataFields);

const dataNames = new Set(Object.keys(dataFields));

/** Third-party algorithm data (reference 10.1.4.5.3); its binary part is read by `walkMeta`. */
export const thirdData: MessageModule = {
  messageType: 'third_data',
  section: '10.1.4.5.3',
  schema: ThirdDataData,
  camera: cameraOf,
  eventTime: (data) => textMember(data, 'report_time'),
  columns: (data) => idColumn('data_id', member(data, 'data_id')),
  children: () => [],
  pictures: (data) => picturesWanted([{ path: 'data', value: data, known: dataNames }]).own,
};
