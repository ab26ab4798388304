import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const ofHoloCamera = {
  channel_id: sent.holoChannelId().describe('id of the channel'),
  device_id: sent.deviceId.describe('id of the device'),
};

/** `YYYYMMDD`, which no other chapter uses. */
const compactDate = z.string().regex(/^\d{8}$/, 'it takes a date, as 20260115');

const ofPeriod = z.strictObject({
  ...ofHoloCamera,
  start_time: sent.dateTime.describe('when the period begins'),
  type: sent.oneOf('YEAR', 'MONTH', 'WEEK', 'DAY').describe('length of the period'),
});

const slots = 'by hour of a day, by day of a week or month, by month of a year';

/** People counted at a line, and heatmaps of where and when they are (10.4). */
export const statistics = {
  /**
   * Counts the people who crossed the line of a HoloSens camera, and gives one number for each hour of a day, each day
   * of a week or month, or each month of a year. How long the span is decides between WEEK and MONTH, whatever was
   * asked for. IVM.20000042 says that they could not be had (10.4.1).
   */
  showPeopleStatistics: operation({
    section: '10.4.1',
    summary: 'Count the people who came in and went out.',
    method: 'GET',
    path: '/v1/{user_id}/statistics/people',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [
      'It counts what the line crossing algorithm of the camera tells.',
      'A span of seven days and more is answered as MONTH, a shorter one as WEEK, whichever of the two was asked for.',
      'CUSTOMIZE is reserved, and not to be used yet.',
    ],
    parameters: sent.nothing,
    query: z.strictObject({
      ...ofHoloCamera,
      end_date: compactDate
        .describe('last day as YYYYMMDD, of WEEK and MONTH; start_date where left out; CUSTOMIZE needs it')
        .optional(),
      start_date: compactDate.describe('first day as YYYYMMDD; for DAY the day, for YEAR any day of the year'),
      type: sent
        .oneOf('DAY', 'WEEK', 'MONTH', 'YEAR', 'CUSTOMIZE')
        .describe('length of the period; CUSTOMIZE is reserved'),
    }),
    body: sent.nothing,
    reply: told.answer({
      in: told.series.describe(`people who came in: ${slots}`),
      out: told.series.describe(`people who went out: ${slots}`),
    }),
  }),
  /**
   * Tells when there were how many people before a HoloSens camera: 24 numbers for a day, 7 for a week, one for each
   * day of a month, 12 for a year. IVM.20090021 says that they could not be had, IVM.20090022 that the device speaks
   * GB/T 28181 (10.4.2).
   */
  showTimeHeatmap: operation({
    section: '10.4.2',
    summary: 'Tell how many people there were over time.',
    method: 'GET',
    path: '/v1/{user_id}/time-heatmap',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['The example of a year has three numbers only: count on fewer than twelve.'],
    parameters: sent.nothing,
    query: ofPeriod,
    body: sent.nothing,
    reply: told.answer({
      data: told.series.describe(`people: ${slots}`),
    }),
  }),
  /**
   * Tells where in the picture of a HoloSens camera people were, as a grey picture of unsigned bytes. IVM.20090020 says
   * that it could not be had, IVM.20090022 that the device speaks GB/T 28181 (10.4.3).
   */
  showSpaceHeatmap: operation({
    section: '10.4.3',
    summary: 'Tell where in the picture people were.',
    method: 'GET',
    path: '/v1/{user_id}/space-heatmap',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['Once decoded it has width times height bytes, each a heat from 0 to 255.'],
    parameters: sent.nothing,
    query: ofPeriod,
    body: sent.nothing,
    reply: told.answer({
      width: told.whole.describe('width in cells'),
      height: told.whole.describe('height in cells'),
      rawbase64: told.text.describe('a byte for each cell, row by row, in base64'),
    }),
  }),
};
