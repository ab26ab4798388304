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
  urls: told.list(PictureUrl).describe('address of the picture, good for five minutes'),
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

/** Pictures of alarms and AI records (10.2). */
export const pictures = {
  /** Turns data IDs of TLV messages into temporary picture download URLs (10.2.1). */
  batchGetIntelligencePictures: operation({
    section: '10.2.1',
    summary: 'Turn data IDs of TLV messages into temporary picture download URLs.',
    method: 'POST',
    path: '/v1/{user_id}/intelligence-data/pictures',
    effect: 'read',
    notes: [
      'Up to 100 data IDs per call; URLs live for five minutes.',
      'Only data received through TARGET_DATA or VEHICLE_DATA subscriptions can be queried (data_classification TARGET or VEHICLE).',
      'Allowed type values depend on data_classification.',
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
        .describe(
          'kind of pictures; of TARGET: BODY, BACKGROUND and TARGET (the face), of VEHICLE: VEHICLE, BODY, BACKGROUND and PLATE',
        ),
      data_ids: z.array(z.string()).min(1).max(100).describe('data_id of the records, as their messages tell them'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('records whose pictures could not be had'),
        data: told.list(RecordPictures).describe('what was found, or became of each item'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Turns alarm UUIDs into temporary picture download URLs (10.2.2). */
  batchGetAlarmPictures: operation({
    section: '10.2.2',
    summary: 'Turn alarm UUIDs into temporary picture download URLs.',
    method: 'POST',
    path: '/v1/{user_id}/alarms/pictures',
    effect: 'read',
    notes: [
      'Up to 100 UUIDs per call; URLs live for five minutes. Alarm pictures are kept for seven days (IVM.20040004).',
      'alarm_classification is deprecated and may be omitted.',
      'targetgroup_url is empty when there is no picture of the target group.',
    ],
    outcomes: ['alarms'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      alarm_classification: sent
        .oneOf('INTELLIGENT', 'TARGET', 'TARGET_DET', 'CROWD', 'THIRD_PARTY', 'THIRDPARTY_INTELLIGENT')
        .describe('class of the alarms; no longer heeded')
        .optional(),
      alarm_uuids: z
        .array(z.string())
        .min(1)
        .max(100)
        .describe('alarm_uuid of the alarms, as their messages tell them'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('alarms whose pictures could not be had'),
        alarms: told.list(AlarmPictures).describe('what was found, or became of each item'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
};
