import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const periodTypes = ['YEAR', 'MONTH', 'WEEK', 'DAY'] as const;

const ofPeriod = z.strictObject({
  channel_id: sent.holoChannelId().describe('id of the channel'),
  device_id: sent.deviceId.describe('id of the device'),
  start_time: sent.dateTime.describe('when the period begins'),
  type: sent.oneOf(...periodTypes).describe('what to count by'),
});

/** People counted, and heatmaps (10.4). */
export const statistics = {
  /** Gets people flow (in/out) counts per hour, day or month (10.4.1). */
  showPeopleStatistics: operation({
    section: '10.4.1',
    summary: 'Get people flow (in/out) counts per hour, day or month.',
    method: 'GET',
    path: '/v1/{user_id}/statistics/people',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [
      'Source is the line-crossing counting algorithm. DAY returns 24 values, WEEK 7, MONTH one per day of the month, YEAR 12.',
      'Dates are yyyyMMdd. end_date is ignored for DAY and YEAR, defaults to start_date for WEEK and MONTH, and is required for CUSTOMIZE (reserved, not usable).',
      'WEEK with a span of seven days or more is processed as MONTH; MONTH with a span below seven days is processed as WEEK.',
    ],
    parameters: sent.nothing,
    query: z.strictObject({
      channel_id: sent.holoChannelId().describe('id of the channel'),
      device_id: sent.deviceId.describe('id of the device'),
      end_date: z
        .string()
        .describe('last day as YYYYMMDD, for WEEK and MONTH; without it they count a single day')
        .optional(),
      start_date: z.string().describe('first day as YYYYMMDD; any day of the period'),
      type: sent
        .oneOf('DAY', 'WEEK', 'MONTH', 'YEAR', 'CUSTOMIZE')
        .describe('what to count by; from seven days on WEEK is taken for MONTH, and below them MONTH for WEEK'),
    }),
    body: sent.nothing,
    reply: told.object({
      in: told
        .list(told.whole)
        .describe('people who came in: by hour of a day, by day of a week or month, by month of a year'),
      out: told
        .list(told.whole)
        .describe('people who went out: by hour of a day, by day of a week or month, by month of a year'),
    }),
  }),
  /** Gets people counts over time as a heat map series (10.4.2). */
  showTimeHeatmap: operation({
    section: '10.4.2',
    summary: 'Get people counts over time as a heat map series.',
    method: 'GET',
    path: '/v1/{user_id}/time-heatmap',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['DAY 24 values, WEEK 7, MONTH one per day of the month, YEAR 12. start_time is yyyy-MM-dd HH:mm:ss.'],
    parameters: sent.nothing,
    query: ofPeriod,
    body: sent.nothing,
    reply: told.object({
      data: told.list(told.whole).describe('people: by hour of a day, by day of a week or month, by month of a year'),
    }),
  }),
  /** Gets the spatial heat map of a channel as base64 grey values (10.4.3). */
  showSpaceHeatmap: operation({
    section: '10.4.3',
    summary: 'Get the spatial heat map of a channel as base64 grey values.',
    method: 'GET',
    path: '/v1/{user_id}/space-heatmap',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [
      'rawbase64 decodes to width*height bytes, one heat value 0-255 per pixel; see heatmap.json for the colour mapping.',
    ],
    parameters: sent.nothing,
    query: ofPeriod,
    body: sent.nothing,
    reply: told.object({
      width: told.whole.describe('width in cells'),
      height: told.whole.describe('height in cells'),
      rawbase64: told.text.describe('a byte for each cell, row by row, in base64'),
    }),
  }),
};
