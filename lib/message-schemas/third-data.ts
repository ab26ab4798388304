import { messageData, text } from './fields.ts';
import { recordFields } from './shared-fields.ts';

const dataFields = {
  ...recordFields,
  tlv_data: text('the data of a third-party algorithm, passed through unparsed: binary META records', 'base64'),
};

/** `data` of a third_data (reference 10.1.4.5.3). */
export const ThirdDataData = messageData('data of a third-party algorithm', dataFields);
