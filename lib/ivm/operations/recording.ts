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

const streamTypes = ['PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2'] as const;
const streamMeaning = 'which of the streams; PRIMARY_STREAM where left out';
const policyTypes = ['PLAN_RECORD', 'MOTION_RECORD'] as const;
const policyMeaning = 'which recordings: by plan or by motion';
const dayMeaning = 'day of the week, 1 Monday to 7 Sunday';

const planRecordType = sent
  .oneOf('NORMAL_RECORD')
  .describe('what is recorded; NORMAL_RECORD is all that there is, and meant where left out')
  .optional();
const eitherRecordType = sent
  .oneOf('normal', 'alarm')
  .describe('normal for continuous recordings, alarm for those of motion; normal where left out')
  .optional();

const RecordConfigInput = z.strictObject({
  ...sent.channelIds,
  stream_type: sent
    .oneOf(...streamTypes)
    .describe(streamMeaning)
    .optional(),
});

const TimeSection = told.object({
  day_of_week: told.whole.describe(dayMeaning),
  start_time: told.text.describe('when to begin, HH:mm:ss'),
  end_time: told.text.describe('when to end, HH:mm:ss'),
});

const TimeSectionInput = z.strictObject({
  day_of_week: sent.whole(1, 7).describe(dayMeaning),
  start_time: z.string().describe('when to begin, HH:mm:ss'),
  end_time: z.string().describe('when to end, HH:mm:ss'),
});

const whenToRecord = {
  all_day: z.boolean().describe('whether the whole day is recorded, without sections; false where left out').optional(),
  time_sections: z
    .array(TimeSectionInput)
    .min(1)
    .describe('when to record; needed unless the whole day is recorded')
    .optional(),
};

const RecordPlanInput = z.strictObject({ ...sent.channelIds, ...whenToRecord });

const ChannelInput = z.strictObject({
  ...sent.channelIds,
  record_type: eitherRecordType,
});

const TimePolicy = told.object({
  storage_days: told.whole.describe('days that recordings are kept; 0 for ever'),
  storage_type: told.oneOf(...policyTypes).describe(policyMeaning),
});

const TimePolicyInput = z.strictObject({
  storage_days: sent.whole(1, 365).describe('days that recordings are kept'),
  storage_type: sent.oneOf(...policyTypes).describe(policyMeaning),
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
  ...whenToRecord,
});

/** What the cloud records, and how long it keeps it (chapter 11). */
export const recording = {
  /** Tells which stream of a channel is recorded. IVM.20010006 says that it could not be had (11.1). */
  showRecordConfig: operation({
    section: '11.1',
    summary: 'Tell which stream of a channel is recorded.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/record-config',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      ...told.channelIds,
      stream_type: told.oneOf(...streamTypes).describe(streamMeaning),
    }),
  }),
  /**
   * Says which stream of channels is recorded, up to 100 of them, and tells what became of each: IVM.20010021 is a
   * failure, IVM.20010017 a channel without continuous storage (11.2).
   */
  batchSetRecordConfig: operation({
    section: '11.2',
    summary: 'Say which stream of channels is recorded.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/record-config',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channel_record_configs: z
        .array(RecordConfigInput)
        .min(1)
        .describe('channels with what is to be recorded of them'),
      record_type: planRecordType,
    }),
    reply: told.channelOutcomes,
  }),
  /** Tells when a channel is recorded continuously. IVM.20010002 says that it could not be had (11.3). */
  showRecordPlan: operation({
    section: '11.3',
    summary: 'Tell when a channel is recorded continuously.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/record-plan',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['There are no time_sections where all_day is true.'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      ...told.channelIds,
      all_day: told.flag.describe('whether the whole day is recorded'),
      is_upload_record: told.flag.describe('whether what was recorded while the network was away is sent on later'),
      time_sections: told.list(TimeSection).describe('when to record'),
    }),
  }),
  /**
   * Says when channels are recorded continuously, up to 100 of them, and tells what became of each: IVM.20010018 is
   * a failure, IVM.20010011 a channel without continuous storage (11.4).
   */
  batchSetRecordPlan: operation({
    section: '11.4',
    summary: 'Say when channels are recorded continuously.',
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
      record_type: planRecordType,
    }),
    reply: told.channelOutcomes,
  }),
  /**
   * Deletes plans of channels, and tells what became of each: IVM.20010019 is a failure, IVM.20010013 a channel
   * without continuous storage (11.5).
   */
  batchDeleteRecordPlan: operation({
    section: '11.5',
    summary: 'Delete plans of channels.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/record-plan',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Recording goes on for a while: stop it first where it would be charged.',
      'An example answers with the code and the id of a channel swapped.',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(ChannelInput).min(1).describe('channels whose plans are deleted'),
    }),
    reply: told.channelOutcomes,
  }),
  /** Tells how many days recordings of a channel are kept. IVM.20010004 says that it could not be had (11.6). */
  showTimePolicy: operation({
    section: '11.6',
    summary: 'Tell how long recordings of a channel are kept.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/time-policy',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['0 days mean for ever; they can be told, but not set.'],
    parameters: sent.ofChannel,
    query: z.strictObject({
      record_type: eitherRecordType,
    }),
    body: sent.nothing,
    reply: told.answer({
      ...told.channelIds,
      time_policies: told.list(TimePolicy).describe('how long recordings are kept, by kind'),
    }),
  }),
  /**
   * Says how many days recordings of channels are kept, up to 100 of them, and tells what became of each:
   * IVM.20010020 is a failure, IVM.20010009 a channel whose storage is of a package, which says so itself (11.7).
   */
  batchSetTimePolicy: operation({
    section: '11.7',
    summary: 'Say how long recordings of channels are kept.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/time-policy',
    // Fewer days than before take recordings away.
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: ['What is older than the days that are set is deleted.'],
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
    reply: told.channelOutcomes,
  }),
  /** Tells for which alarms, and when, a channel is recorded (11.8). */
  showRecordAlarmPlan: operation({
    section: '11.8',
    summary: 'Tell for which alarms a channel is recorded.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/record-alarm-plan',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      ...told.channelIds,
      plans: told.list(AlarmPlan).describe('plans by type of alarm'),
      all_day: told.flag.describe('whether the whole day is recorded, without sections; false where left out'),
      time_sections: told.list(TimeSection).describe('when to record'),
    }),
  }),
  /**
   * Says for which alarms, and when, channels are recorded, up to 100 of them, and tells what became of each:
   * IVM.20010027 is a type of alarm that is none, IVM.20010024 a channel without storage of motion (11.9).
   */
  batchSetRecordAlarmPlan: operation({
    section: '11.9',
    summary: 'Say for which alarms channels are recorded.',
    method: 'PUT',
    path: '/v1/{user_id}/devices/channels/record-alarm-plan',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Types of alarms that are not in it are switched off.',
      'advance_time and after_time together take at most 60 seconds (IVM.20010029).',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(AlarmPlansInput).describe('channels with their plans'),
    }),
    reply: told.channelOutcomes,
  }),
};
