import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const pictureTypes = ['ALL', 'BODY', 'BACKGROUND', 'TARGET', 'VEHICLE', 'PLATE'] as const;

const PictureUrl = told.object({
  type: told
    .oneOf(...pictureTypes)
    .describe('kind of the picture: the whole scene (BACKGROUND), a body, a face (TARGET), a vehicle or its plate'),
  url: told.text.describe('address of the picture, good for five minutes'),
});

const RecordPictures = told.object({
  data_id: told.text.describe('id of the record, from the data of its message'),
  urls: told.list(PictureUrl).describe('its pictures, and where to fetch each'),
  result: told.outcome,
});

const AlarmPictures = told.object({
  alarm_uuid: told.text.describe('id of the alarm'),
  url: told.text.describe('address of the picture, good for five minutes'),
  targetgroup_url: told.text.describe(
    'address of the picture in the target group, good for five minutes; empty where there is none',
  ),
  result: told.outcome,
});

/** Pictures that belong to alarms and to AI records (10.2). */
export const pictures = {
  /**
   * Gives addresses of the pictures of AI records, which are good for five minutes. Only records of target_data and
   * vehicle_data have them, whatever other messages say of their data_id; one that is none gives IVM.10020029 (10.2.1).
   */
  batchGetIntelligencePictures: operation({
    section: '10.2.1',
    summary: 'Get addresses of the pictures of AI records.',
    method: 'POST',
    path: '/v1/{user_id}/intelligence-data/pictures',
    effect: 'read',
    notes: [
      'The addresses are good for five minutes.',
      'Only records of target_data and vehicle_data have pictures here.',
    ],
    outcomes: ['data'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      data_classification: sent
        .oneOf('TARGET', 'VEHICLE')
        .describe('what the records are: TARGET of target_data, VEHICLE of vehicle_data'),
      type: sent
        .oneOf(...pictureTypes)
        .describe('ALL, BODY, BACKGROUND; of TARGET records also TARGET (the face), of VEHICLE ones VEHICLE and PLATE'),
      data_ids: z.array(z.string()).min(1).max(100).describe('data_id of the records, as their messages tell them'),
    }),
    reply: told.answer(
      {
        failed_num: told.whole.describe('records whose pictures could not be had'),
        data: told.list(RecordPictures).describe('pictures of each record, or why there are none'),
      },
      told.failedNumSpellings,
    ),
  }),
  /**
   * Gives the address of the picture of each alarm, and of the one in the target group where there is one, both good
   * for five minutes. IVM.20040004 says that an alarm has no picture, or none any more: they are kept for seven days.
   * An id of more than 128 characters gives IVM.10020014 (10.2.2).
   */
  batchGetAlarmPictures: operation({
    section: '10.2.2',
    summary: 'Get addresses of the pictures of alarms.',
    method: 'POST',
    path: '/v1/{user_id}/alarms/pictures',
    effect: 'read',
    notes: ['The addresses are good for five minutes, the pictures are kept for seven days.'],
    outcomes: ['alarms'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      alarm_classification: sent
        .oneOf('INTELLIGENT', 'TARGET', 'TARGET_DET', 'CROWD', 'THIRD_PARTY', 'THIRDPARTY_INTELLIGENT')
        .describe('class of the alarms; no longer heeded, better left out')
        .optional(),
      alarm_uuids: z
        .array(z.string())
        .min(1)
        .max(100)
        .describe('alarm_uuid of the alarms, as their messages tell them, of up to 128 characters'),
    }),
    reply: told.answer(
      {
        failed_num: told.whole.describe('alarms whose pictures could not be had'),
        alarms: told.list(AlarmPictures).describe('pictures of each alarm, or why there are none'),
      },
      told.failedNumSpellings,
    ),
  }),
};
