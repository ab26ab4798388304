import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import { type IvmCode, IvmRefusal } from '../ivm-refusal.ts';
import { type ChannelIds, named } from './find-channel.ts';
import { resultsOf } from './item-results.ts';
import type { Serve } from './operation-route.ts';
import { never, type RecordedAlarm, type RecordingPlans, type Schedule, type Section } from './recording-plans.ts';
import { streamsOf } from './stream-abilities.ts';
import type { Tenant } from './tenant.ts';

/** Continuous storage, or that of motion. */
type Storage = 'fullRecord' | 'eventRecord';
/** What is said of a channel whose storage is not enabled, in arrears, or that is frozen. */
type StorageCodes = { CLOSED: IvmCode; ARREAR: IvmCode; frozen: IvmCode };

const mostChannels = 100;
const mostSeconds = 60;
const timePattern = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
// The reference has no code of its own for streams of channels in arrears.
const forConfig: StorageCodes = { CLOSED: 'IVM.20010017', ARREAR: 'IVM.20010017', frozen: 'IVM.20010016' };
const forPlan: StorageCodes = { CLOSED: 'IVM.20010011', ARREAR: 'IVM.20010007', frozen: 'IVM.20010010' };
const forAlarmPlan: StorageCodes = { CLOSED: 'IVM.20010024', ARREAR: 'IVM.20010025', frozen: 'IVM.20010010' };
const forDeletion: StorageCodes = { CLOSED: 'IVM.20010013', ARREAR: 'IVM.20010008', frozen: 'IVM.20010012' };
const forAlarmDeletion: StorageCodes = { CLOSED: 'IVM.20010026', ARREAR: 'IVM.20010026', frozen: 'IVM.20010012' };
const forRetention: StorageCodes = { CLOSED: 'IVM.20010015', ARREAR: 'IVM.20010023', frozen: 'IVM.20010014' };
const forAlarmRetention: StorageCodes = { CLOSED: 'IVM.20010030', ARREAR: 'IVM.20010031', frozen: 'IVM.20010014' };

const sectionCodes = {
  time_sections: 'IVM.10024009',
  start_time: 'IVM.10024007',
  end_time: 'IVM.10024007',
} as const;
const secondsCodes = { tooFew: 'IVM.20010028', tooMany: 'IVM.20010029' } as const;

const storages = [
  { kind: 'normal', storage: 'fullRecord', type: 'PLAN_RECORD' },
  { kind: 'alarm', storage: 'eventRecord', type: 'MOTION_RECORD' },
] as const;

/** What the cloud records of channels, and how long it keeps it (11). */
export function createRecordingRoutes(
  serve: Serve,
  { states, find, resources }: Tenant,
  plans: RecordingPlans,
): Route[] {
  const isGranted = (camera: Camera, storage: Storage): boolean => states.packages(camera)[storage] === 'GRANT';
  const demand = (camera: Camera, storage: Storage, codes: StorageCodes): void => {
    const state = states.packages(camera)[storage];
    if (state !== 'GRANT') throw new IvmRefusal(codes[state]);
    if (states.isFrozen(camera)) throw new IvmRefusal(codes.frozen);
  };
  const outcomes = <Item extends ChannelIds>(items: readonly Item[], act: (camera: Camera, item: Item) => void) => {
    const { failed, results } = resultsOf(items, named, (item) => {
      act(find.channel(item), item);
      return undefined;
    });
    return { failed_num: failed, channels: results };
  };

  return [
    serve('showRecordConfig', (asked) => ({
      ...named(asked),
      stream_type: plans.of(find.channel(asked)).stream,
    })),
    serve('batchSetRecordConfig', ({ channel_record_configs: configs }) => {
      checkChannels(configs);
      return outcomes(configs, (camera, { stream_type: stream = 'PRIMARY_STREAM' }) => {
        demand(camera, 'fullRecord', forConfig);
        if (!streamsOf(camera).includes(stream)) throw new IvmRefusal('IVM.10026004');
        plans.of(camera).stream = stream;
      });
    }),
    serve('showRecordPlan', (asked) => {
      const camera = find.channel(asked);
      const schedule = isGranted(camera, 'fullRecord') ? plans.of(camera).continuous.current() : never;
      return { ...named(asked), is_upload_record: true, ...toldSchedule(schedule) };
    }),
    serve(
      'batchSetRecordPlan',
      (asked) => {
        checkChannels(asked.plans);
        const items = asked.plans.map((plan) => ({ ...named(plan), schedule: scheduleOf(plan) }));
        return outcomes(items, (camera, { schedule }) => {
          demand(camera, 'fullRecord', forPlan);
          plans.of(camera).continuous.change(schedule);
        });
      },
      { ...sectionCodes, plans: 'IVM.10024000' },
    ),
    serve('batchDeleteRecordPlan', ({ channels }) => {
      // A channel may have one plan of each kind deleted.
      checkChannels(channels, (item) => `${keyOfChannel(item)}#${item.record_type ?? 'normal'}`);
      return outcomes(channels, (camera, { record_type: type }) => {
        const { continuous, byAlarm } = plans.of(camera);
        if (type === 'alarm') {
          demand(camera, 'eventRecord', forAlarmDeletion);
          byAlarm.change(never);
        } else {
          demand(camera, 'fullRecord', forDeletion);
          continuous.change(never);
        }
      });
    }),
    serve('showTimePolicy', (asked) => {
      const camera = find.channel(asked);
      const { retention } = plans.of(camera);
      return {
        ...named(asked),
        // By the table it is the continuous one where none is said; the example, which says none, tells both.
        time_policies: storages
          .filter(({ kind }) => (asked.record_type ?? kind) === kind)
          .filter(({ storage }) => isGranted(camera, storage))
          .map(({ type }) => ({ storage_days: retention[type].days(), storage_type: type })),
      };
    }),
    serve('batchSetTimePolicy', ({ channel_time_policies: policies }) => {
      checkChannels(policies);
      return outcomes(policies, (camera, { time_policies: some }) => {
        for (const { storage_type: type } of some) {
          if (type === 'PLAN_RECORD') demand(camera, 'fullRecord', forRetention);
          else demand(camera, 'eventRecord', forAlarmRetention);
          const kind = type === 'PLAN_RECORD' ? 'NORMAL' : 'MOTION';
          // A package has days of its own.
          if (resources.of(camera, kind)?.resource.channels !== undefined) throw new IvmRefusal('IVM.20010009');
        }
        for (const { storage_type: type, storage_days: days } of some) plans.of(camera).retention[type].change(days);
      });
    }),
    serve('showRecordAlarmPlan', (asked) => {
      const camera = find.channel(asked);
      const schedule = isGranted(camera, 'eventRecord') ? plans.of(camera).byAlarm.current() : never;
      // Its times are numbers, as in the example, where the table has texts.
      return { ...named(asked), plans: [...schedule.alarms], ...toldSchedule(schedule) };
    }),
    serve(
      'batchSetRecordAlarmPlan',
      ({ channels }) => {
        checkChannels(channels);
        const items = channels.map((channel) => {
          checkAlarms(channel.plans);
          return { ...named(channel), schedule: { ...scheduleOf(channel), alarms: channel.plans } };
        });
        return outcomes(items, (camera, { schedule }) => {
          demand(camera, 'eventRecord', forAlarmPlan);
          plans.of(camera).byAlarm.change(schedule);
        });
      },
      { ...sectionCodes, advance_time: secondsCodes, after_time: secondsCodes },
    ),
  ];
}

const keyOfChannel = ({ device_id: device, channel_id: channel }: ChannelIds): string => `${device}#${channel}`;

function checkChannels<Item extends ChannelIds>(
  items: readonly Item[],
  keyOf: (item: Item) => string = keyOfChannel,
): void {
  if (items.length === 0 || items.length > mostChannels) throw new IvmRefusal('IVM.10024000');
  if (new Set(items.map((item) => keyOf(item))).size < items.length) throw new IvmRefusal('IVM.10024001');
}

type AskedSchedule = { all_day?: boolean | undefined; time_sections?: readonly Section[] | undefined };

function scheduleOf({ all_day: isAllDay = false, time_sections: sections }: AskedSchedule): Schedule {
  if (isAllDay) return { isAllDay, sections: [] };
  if (sections === undefined) throw new IvmRefusal('IVM.10024009');
  const isWrong = ({ start_time: start, end_time: end }: Section): boolean =>
    !timePattern.test(start) || !timePattern.test(end) || start >= end;
  if (sections.some((section) => isWrong(section))) throw new IvmRefusal('IVM.10024007');
  for (const ofDay of Map.groupBy(sections, ({ day_of_week: day }) => day).values()) {
    const ordered = ofDay.toSorted((one, other) => (one.start_time < other.start_time ? -1 : 1));
    const overlaps = ordered.some(({ start_time: start }, index) => start < (ordered[index - 1]?.end_time ?? ''));
    if (overlaps) throw new IvmRefusal('IVM.10024004');
  }
  return { isAllDay, sections };
}

const toldSchedule = ({ isAllDay, sections }: Schedule) =>
  isAllDay ? { all_day: true } : { all_day: false, time_sections: [...sections] };

function checkAlarms(alarms: readonly RecordedAlarm[]): void {
  const isTooLong = alarms.some(({ advance_time: before, after_time: after }) => before + after > mostSeconds);
  if (isTooLong) throw new IvmRefusal('IVM.20010029');
}
