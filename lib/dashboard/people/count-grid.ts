import type { footfallTable } from '#lib/counts/footfall.ts';
import { cameraKey } from '#lib/events/event-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import type { Cell } from '#lib/exports/export-table.ts';
import type { Manifest } from '#lib/exports/manifest.ts';
import { readExportColumns } from '#lib/exports/read-export-rows.ts';
import { type BucketStatus, bucketStatuses } from '#lib/statistics/judge-list.ts';
import type { Bucket } from '#lib/statistics/period.ts';

/** Values of an export by measure, camera and bucket; those of a camera lie side by side. `NaN` is no value, never zero. */
export type CountGrid<Measure extends string = string> = {
  /** Keys of the cameras to where their values begin. */
  cameras: ReadonlyMap<string, number>;
  values: { readonly [measure in Measure]: Float64Array };
  /** When the newest row was made. */
  asOf: string | undefined;
  bytes: number;
};

/** What a column of the export adds to a measure; `undefined` for nothing. */
type MeasureOf<Column extends string> = (cellOf: (column: Column) => Cell) => number | undefined;

export type GridForm<Measure extends string, Column extends string> = {
  columns: readonly Column[];
  measures: { readonly [measure in Measure]: MeasureOf<Column> };
};

const keyColumns = ['device_id', 'channel_id', 'bucket_start', 'as_of'] as const;
/** Of a camera: its key, and its place in the map. */
const cameraBytes = 150;

/**
 * Reads an export into a grid, a part at a time. Rows that fall into one bucket are added up; those that lie in none are
 * left out.
 */
export async function readCountGrid<Measure extends string, Column extends string>(
  objects: Pick<ExportObjects, 'get'>,
  manifest: Manifest,
  { columns, measures }: GridForm<Measure, Column>,
  buckets: readonly Bucket[],
): Promise<CountGrid<Measure>> {
  const cameras = new Map<string, number>();
  const names = Object.keys(measures) as Measure[];
  const series = names.map((name) => ({ measureOf: measures[name], values: [] as number[] }));
  const bucketOf = createBucketSearch(buckets);
  let asOf: string | undefined;
  for await (const part of readExportColumns(objects, manifest, [...keyColumns, ...columns])) {
    const cameraOf = createCameraReader(part.device_id, part.channel_id);
    // One for all rows: there may be hundreds of thousands.
    let current = 0;
    const cellOf = (column: Column): Cell => part[column]?.[current] ?? null;
    for (const [row, start] of part.bucket_start.entries()) {
      const bucket = bucketOf(start);
      if (bucket === undefined) continue;
      const camera = cameraOf(row);
      let offset = cameras.get(camera);
      if (offset === undefined) {
        offset = cameras.size * buckets.length;
        cameras.set(camera, offset);
        for (const { values } of series)
          for (let index = 0; index < buckets.length; index += 1) values.push(Number.NaN);
      }
      const at = offset + bucket;
      current = row;
      for (const { measureOf, values } of series) {
        const value = measureOf(cellOf);
        const before = values[at] ?? Number.NaN;
        if (value !== undefined) values[at] = Number.isNaN(before) ? value : before + value;
      }
      const stamp = part.as_of[row];
      if (typeof stamp === 'string' && (asOf === undefined || stamp > asOf)) asOf = stamp;
    }
  }
  const values = Object.fromEntries(names.map((name, index) => [name, Float64Array.from(series[index]?.values ?? [])]));
  return {
    cameras,
    values: values as CountGrid<Measure>['values'],
    asOf,
    bytes: cameras.size * (cameraBytes + names.length * buckets.length * Float64Array.BYTES_PER_ELEMENT),
  };
}

/** The rows of a camera follow one another: its key is made once. */
function createCameraReader(devices: readonly Cell[], channels: readonly Cell[]) {
  let last = { device: undefined as Cell | undefined, channel: undefined as Cell | undefined, key: '' };
  return (row: number): string => {
    const [device, channel] = [devices[row], channels[row]];
    if (device !== last.device || channel !== last.channel) {
      last = { device, channel, key: cameraKey(String(device ?? ''), String(channel ?? '')) };
    }
    return last.key;
  };
}

/** The bucket that an instant lies in; the same few texts come again for every camera. */
function createBucketSearch(buckets: readonly Bucket[]): (start: Cell) => number | undefined {
  const known = new Map<Cell, number>();
  return (start) => {
    let index = known.get(start);
    if (index === undefined) {
      const at = Date.parse(String(start));
      index = buckets.findIndex((bucket) => bucket.start.getTime() <= at && at < bucket.end.getTime());
      known.set(start, index);
    }
    return index === -1 ? undefined : index;
  };
}

const numberIn = (cell: Cell): number | undefined =>
  typeof cell === 'number' ? cell : typeof cell === 'bigint' ? Number(cell) : undefined;

/** A status as the number that stands for it in a grid. */
const statusIn = (cell: Cell): number | undefined => {
  const index = bucketStatuses.indexOf(String(cell) as BucketStatus);
  return index === -1 ? undefined : index;
};

/** What IVM's statistics say of a bucket. */
export const peopleForm = {
  columns: ['in', 'out', 'status'],
  measures: {
    in: (cellOf) => numberIn(cellOf('in')),
    out: (cellOf) => numberIn(cellOf('out')),
    status: (cellOf) => statusIn(cellOf('status')),
  },
} as const satisfies GridForm<'in' | 'out' | 'status', 'in' | 'out' | 'status'>;
export type PeopleGrid = CountGrid<keyof typeof peopleForm.measures>;

const counted = (cell: Cell): number | undefined => (numberIn(cell) === undefined ? undefined : 1);
/** Statistics of an hour that is not whole are no side of a comparison. */
const isWhole = (status: Cell): boolean => status === 'ok' || status === 'provisional';

/** The three sources of one footfall with their differences, as the export `counts` sets them side by side. */
export const sourcesForm = {
  columns: [
    'statistics_in',
    'statistics_out',
    'statistics_status',
    'line_in',
    'line_out',
    'line_messages',
    'alarm_enter',
    'alarm_leave',
    'alarm_messages',
    'line_minus_statistics_in',
    'line_minus_statistics_out',
    'alarm_minus_statistics_in',
    'alarm_minus_statistics_out',
  ],
  measures: {
    statisticsIn: (cellOf) => (isWhole(cellOf('statistics_status')) ? numberIn(cellOf('statistics_in')) : undefined),
    statisticsOut: (cellOf) => (isWhole(cellOf('statistics_status')) ? numberIn(cellOf('statistics_out')) : undefined),
    lineIn: (cellOf) => numberIn(cellOf('line_in')),
    lineOut: (cellOf) => numberIn(cellOf('line_out')),
    lineMessages: (cellOf) => numberIn(cellOf('line_messages')),
    alarmIn: (cellOf) => numberIn(cellOf('alarm_enter')),
    alarmOut: (cellOf) => numberIn(cellOf('alarm_leave')),
    alarmMessages: (cellOf) => numberIn(cellOf('alarm_messages')),
    lineDifferenceIn: (cellOf) => numberIn(cellOf('line_minus_statistics_in')),
    lineDifferenceOut: (cellOf) => numberIn(cellOf('line_minus_statistics_out')),
    lineCompared: (cellOf) => counted(cellOf('line_minus_statistics_in')),
    alarmDifferenceIn: (cellOf) => numberIn(cellOf('alarm_minus_statistics_in')),
    alarmDifferenceOut: (cellOf) => numberIn(cellOf('alarm_minus_statistics_out')),
    alarmCompared: (cellOf) => counted(cellOf('alarm_minus_statistics_in')),
  },
} as const satisfies GridForm<string, (typeof footfallTable.columns)[number]['name']>;
export type SourcesGrid = CountGrid<keyof typeof sourcesForm.measures>;
