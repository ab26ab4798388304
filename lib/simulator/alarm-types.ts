import type { Subject } from './sighting.ts';

export type AlarmType = {
  classification: string;
  alarmType: string;
  /** Whether the alarm comes with a `target` and, beside its own, with a picture of it. */
  hasTarget: boolean;
  subject: Subject;
};

const of = (classification: string, alarmTypes: readonly string[], details: Partial<AlarmType> = {}): AlarmType[] =>
  alarmTypes.map((alarmType) => ({ classification, alarmType, hasTarget: false, subject: 'person', ...details }));

/**
 * Classes and types of alarm (reference 10.1.4.2, table 10-15). The last type is the one with people counts, whose name
 * the reference prints half translated; this is our reading of it.
 */
export const alarmTypes: readonly AlarmType[] = [
  ...of('ALARM', [
    'motion_detection',
    'human_detection',
    'abandon_alarm',
    'removed_alarm',
    'fire_detect_alarm',
    'io_event',
  ]),
  ...of('ALARM', ['lift_electric_alarm', 'electric_bicycle_alarm'], { subject: 'cycle' }),
  ...of('ALARM', ['illegal_parking_alarm'], { subject: 'vehicle' }),
  ...of('DEVICE', ['disk_failure', 'device_offline']),
  ...of('TARGET', ['target_alarm', 'target_high_frequency_alarm'], { hasTarget: true }),
  ...of('TARGET_DET', ['mask_alarm'], { hasTarget: true }),
  ...of('CROWD', [
    'people_queue_alarm',
    'people_count_region_alarm',
    'people_count_line_alarm',
    'people_leave_station_alarm',
  ]),
  ...of('PERIMETER', [
    'over_line_alarm',
    'region_invasion_alarm',
    'region_in_alarm',
    'region_out_alarm',
    'occlusion_alarm',
    'fast_move_alarm',
    'linger_alarm',
  ]),
  ...of('PERIMETER', ['beh_parking_detection'], { subject: 'vehicle' }),
  ...of('THIRDPARTY_INTELLIGENT', ['thirdparty_intelligent']),
  ...of('CROWD', ['customer_flow_statistics_alarm']),
];

export const alarmTypeOf = (alarmType: string): AlarmType | undefined =>
  alarmTypes.find((entry) => entry.alarmType === alarmType);
