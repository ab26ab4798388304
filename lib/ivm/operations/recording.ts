import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const alarmTypes = [
  'motion_detection',
  'io_event',
  'target_alarm',
  'mask_alarm',
  'people_queue_alarm',
  'people_count_region_alarm',
  'people_count_line_alarm',
  'over_line_alarm',
  'region_invasion_alarm',
  'region_in_alarm',
  'region_out_alarm',
  'fast_move_alarm',
  'linger_alarm',
  'thirdparty_intelligent',
  'face_alarm',
  'abandon_alarm',
  'removed_alarm',
  'electric_bicycle_alarm',
  'people_leave_station_alarm',
  'lift_electric_alarm',
  'occlusion_alarm',
] as const;

const RecordConfigInput = z.strictObject({
  ...sent.channelIds,
  stream_type: sent
    .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
    .describe('which of the streams; PRIMARY_STREAM where left out')
    .optional(),
});

const ChannelResult = told.object({
  ...told.channelIds,
  result: told.outcome,
});

const TimeSection = told.object({
  day_of_week: told.whole.describe('day of the week, 1 Monday to 7 Sunday'),
  start_time: told.text.describe('when to begin, HH:mm:ss'),
  end_time: told.text.describe('when to end, HH:mm:ss'),
});

const TimeSectionInput = z.strictObject({
  day_of_week: sent.whole(1, 7).describe('day of the week, 1 Monday to 7 Sunday'),
  start_time: z.string().describe('when to begin, HH:mm:ss'),
  end_time: z.string().describe('when to end, HH:mm:ss'),
});

const RecordPlanInput = z.strictObject({
  ...sent.channelIds,
  all_day: z.boolean().describe('whether the whole day is recorded, without sections; false where left out').optional(),
  time_sections: z
    .array(TimeSectionInput)
    .min(1)
    .describe('when to record; needed unless the whole day is recorded')
    .optional(),
});

const ChannelInput = z.strictObject({
  ...sent.channelIds,
  record_type: sent
    .oneOf('normal', 'alarm')
    .describe('normal for continuous recordings, alarm for those of motion; normal where left out')
    .optional(),
});

const TimePolicy = told.object({
  storage_days: told.whole.describe('days that recordings are kept; 0 for ever'),
  storage_type: told.oneOf('PLAN_RECORD', 'MOTION_RECORD').describe('which recordings: by plan or by motion'),
});

const TimePolicyInput = z.strictObject({
  storage_days: sent.whole(1, 365).describe('days that recordings are kept'),
  storage_type: sent.oneOf('PLAN_RECORD', 'MOTION_RECORD').describe('which recordings: by plan or by motion'),
});

const ChannelPolicyInput = z.strictObject({
  ...sent.channelIds,
  time_policies: z.array(TimePolicyInput).min(1).describe('how long recordings are kept, by kind; not empty'),
});

const AlarmPlan = told.object({
  alarm_type: told.oneOf(...alarmTypes).describe('type of the alarm that starts a recording'),
  advance_time: told.text.describe('seconds that are recorded before the alarm'),
  after_time: told.text.describe('seconds that are recorded after the alarm'),
});

const AlarmPlanInput = z.strictObject({
  alarm_type: sent.oneOf(...alarmTypes).describe('type of the alarm that starts a recording'),
  advance_time: sent.whole(1, 59).describe('seconds that are recorded before the alarm'),
  after_time: sent.whole(1, 59).describe('seconds that are recorded after the alarm; with advance_time at most 60'),
});

const AlarmPlansInput = z.strictObject({
  ...sent.channelIds,
  stream_type: z.string().describe('which of the streams; not to be sent at present').optional(),
  plans: z
    .array(AlarmPlanInput)
    .min(1)
    .max(21)
    .describe('plans by type of alarm; what is not among them is switched off'),
  all_day: z.boolean().describe('whether the whole day is recorded, without sections; false where left out').optional(),
  time_sections: z
    .array(TimeSectionInput)
    .min(1)
    .describe('when to record; needed unless the whole day is recorded')
    .optional(),
});

/** What the cloud records, and how long it keeps it (chapter 11). */
export const recording = {
  /** Reads the recording parameters (stream) of a channel (11.1). */
  showRecordConfig: operation({
    section: '11.1',
    summary: 'Read the recording parameters (stream) of a channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/record-config',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      stream_type: told
        .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
        .describe('which of the streams; PRIMARY_STREAM where left out'),
    }),
  }),
  /** Sets the recording parameters of up to 100 channels (11.2). */
  batchSetRecordConfig: operation({
    section: '11.2',
    summary: 'Set the recording parameters of up to 100 channels.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/record-config',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: ['stream_type defaults to the primary stream.'],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channel_record_configs: z
        .array(RecordConfigInput)
        .min(1)
        .describe('channels with what is to be recorded of them'),
      record_type: sent
        .oneOf('NORMAL_RECORD')
        .describe('what is recorded; NORMAL_RECORD is all that there is, and meant where left out')
        .optional(),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('channels that could not be set'),
        channels: told.list(ChannelResult).describe('what became of each channel'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Reads the continuous recording plan of a channel (11.3). */
  showRecordPlan: operation({
    section: '11.3',
    summary: 'Read the continuous recording plan of a channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/record-plan',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'time_sections is omitted when all_day is true. day_of_week is 1 (Monday) to 7 (Sunday).',
      'The only section that documents error bodies: HTTP 400, 401 and 500 carry error_code and error_msg.',
    ],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      all_day: told.flag.describe('whether the whole day is recorded'),
      is_upload_record: told.flag.describe('whether what was recorded while the network was away is sent on later'),
      time_sections: told.list(TimeSection).describe('when to record'),
    }),
  }),
  /** Sets the continuous recording plan of up to 100 channels (one plan per channel) (11.4). */
  batchSetRecordPlan: operation({
    section: '11.4',
    summary: 'Set the continuous recording plan of up to 100 channels (one plan per channel).',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/record-plan',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Sections of one day must not overlap (IVM.10024004).'],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      plans: z.array(RecordPlanInput).describe('plans of the channels'),
      record_type: sent
        .oneOf('NORMAL_RECORD')
        .describe('what is recorded; NORMAL_RECORD is all that there is, and meant where left out')
        .optional(),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('how many failed'),
        channels: told.list(ChannelResult).describe('what became of each channel'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Deletes recording plans of several channels (11.5). */
  batchDeleteRecordPlan: operation({
    section: '11.5',
    summary: 'Delete recording plans of several channels.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/record-plan',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'POST, not DELETE. Recording stops with some delay after deletion: pause recording first to avoid charges.',
      'record_type is normal (continuous, default) or alarm (motion).',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(ChannelInput).min(1).describe('channels whose plans are deleted'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('how many failed'),
        channels: told.list(ChannelResult).describe('what became of each channel'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Reads the storage retention policy of a channel (11.6). */
  showTimePolicy: operation({
    section: '11.6',
    summary: 'Read the storage retention policy of a channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/time-policy',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['storage_days 0 means permanent.'],
    parameters: sent.ofChannel,
    query: z.strictObject({
      record_type: sent
        .oneOf('normal', 'alarm')
        .describe('normal for continuous recordings, alarm for those of motion; normal where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      time_policies: told.list(TimePolicy).describe('how long recordings are kept, by kind'),
    }),
  }),
  /** Sets the storage retention policy of up to 100 channels (11.7). */
  batchSetTimePolicy: operation({
    section: '11.7',
    summary: 'Set the storage retention policy of up to 100 channels.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/time-policy',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: ['storage_days 1-365.'],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channel_time_policies: z
        .array(ChannelPolicyInput)
        .min(1)
        .max(100)
        .describe('channels with how long their recordings are kept'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('how many failed'),
        channels: told.list(ChannelResult).describe('what became of each channel'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Reads the alarm (motion) recording plan of a channel (11.8). */
  showRecordAlarmPlan: operation({
    section: '11.8',
    summary: 'Read the alarm (motion) recording plan of a channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/record-alarm-plan',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      plans: told.list(AlarmPlan).describe('plans by type of alarm'),
      all_day: told.flag.describe('whether the whole day is recorded, without sections; false where left out'),
      time_sections: told.list(TimeSection).describe('when to record'),
    }),
  }),
  /** Sets the alarm (motion) recording plan of up to 100 channels (11.9). */
  batchSetRecordAlarmPlan: operation({
    section: '11.9',
    summary: 'Set the alarm (motion) recording plan of up to 100 channels.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/record-alarm-plan',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Alarm types in the request are switched on and all other alarm types of the channel are switched off.',
      '1-21 plans per channel; advance_time + after_time must not exceed 60 seconds (each 1-59).',
      'stream_type is reserved; do not send it.',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(AlarmPlansInput).describe('channels with their plans'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('how many failed'),
        channels: told.list(ChannelResult).describe('what became of each channel'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
};
