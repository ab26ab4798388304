import type { ExportTable } from '#lib/exports/export-table.ts';

/** What messages count by themselves (design: people statistics and counts). */
export const countSources = ['alarm', 'line', 'density', 'queue', 'traffic'] as const;
export type CountSource = (typeof countSources)[number];

/** How the values of an hour become one. `last` goes by the time of the event. */
type Fold = 'sum' | 'min' | 'max' | 'mean' | 'last';
export type Measure = { column: string; field: string; fold: Fold };

const measure = (column: string, field: string, fold: Fold): Measure => ({ column, field, fold });

/**
 * Columns of each source, by the fields of the messages that they are made of. What counts up from a reset that nobody
 * knows (`_all_`) is told as it was last and never summed; nor is what was counted per lane and cycle.
 */
export const measuresOf: { readonly [source in CountSource]: readonly Measure[] } = {
  alarm: [
    measure('enter', 'enter_count', 'sum'),
    measure('leave', 'leave_count', 'sum'),
    measure('repeat', 'repeat_count', 'sum'),
  ],
  line: [
    measure('in', 'human_count_in', 'sum'),
    measure('out', 'human_count_out', 'sum'),
    measure('total_in_last', 'human_count_all_in_num', 'last'),
    measure('total_out_last', 'human_count_all_out_num', 'last'),
  ],
  density: [
    measure('people_min', 'people_num', 'min'),
    measure('people_max', 'people_num', 'max'),
    measure('people_mean', 'people_num', 'mean'),
    measure('people_last', 'people_num', 'last'),
    measure('area_ratio_max', 'area_ratio', 'max'),
    measure('area_ratio_last', 'area_ratio', 'last'),
  ],
  queue: [
    measure('people_max', 'shoulder_num', 'max'),
    measure('people_mean', 'shoulder_num', 'mean'),
    measure('people_last', 'shoulder_num', 'last'),
    measure('queue_time_max', 'queue_time', 'max'),
    measure('queue_time_mean', 'queue_time', 'mean'),
    measure('queue_time_last', 'queue_time', 'last'),
  ],
  traffic: [
    measure('vehicles_max', 'statistics_vehicle_count', 'max'),
    measure('vehicles_mean', 'statistics_vehicle_count', 'mean'),
    measure('vehicles_last', 'statistics_vehicle_count', 'last'),
    measure('large_max', 'statistics_vehicle_car_large_count', 'max'),
    measure('medium_max', 'statistics_vehicle_car_med_count', 'max'),
    measure('small_max', 'statistics_vehicle_car_small_count', 'max'),
    measure('speed_mean', 'statistics_average_speed', 'mean'),
    measure('queue_length_max', 'statistics_queue_length', 'max'),
    measure('space_ratio_mean', 'statistics_lane_space_used_ratio', 'mean'),
    measure('time_ratio_mean', 'statistics_lane_time_used_ratio', 'mean'),
    measure('congestion_last', 'statistics_congestion_degree', 'last'),
  ],
};

/** What tells rows of one hour and channel apart. */
export const keysOf: { readonly [source in CountSource]: readonly string[] } = {
  alarm: [],
  line: [],
  density: [],
  queue: [],
  traffic: ['lane', 'cycle'],
};

/** Measures are decimals, since devices print some of them with a fraction; sums of people are whole. */
const wholeFolds: ReadonlySet<string> = new Set(['enter', 'leave', 'repeat', 'in', 'out']);

/** The columns of a source's export. */
export const countTable = (source: CountSource): ExportTable => ({
  columns: [
    { name: 'device_id', type: 'text' },
    { name: 'channel_id', type: 'text' },
    { name: 'channel_name', type: 'text' },
    { name: 'bucket_start', type: 'text', isRecurring: true },
    { name: 'bucket_seconds', type: 'integer' },
    ...keysOf[source].map((name) => ({ name, type: 'integer' as const })),
    { name: 'messages', type: 'integer' },
    ...measuresOf[source].map(({ column }) => ({
      name: column,
      type: wholeFolds.has(column) ? ('integer' as const) : ('decimal' as const),
    })),
    { name: 'odd_values', type: 'integer' },
    { name: 'version', type: 'integer', isStamp: true },
    { name: 'as_of', type: 'text', isStamp: true },
  ],
});
