import * as z from 'zod';
import { type Attribute, type Item, textOf } from '#lib/events/attribute.ts';
import type { Cell } from '#lib/exports/export-table.ts';
import { type Manifest, readManifest } from '#lib/exports/manifest.ts';
import { readParquetColumns } from '#lib/exports/parquet.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { CalendarDay } from './calendar-query.ts';
import type { RecentAnswers } from './recent-answers.ts';
import { route } from './route.ts';
import { type ItemKey, keyOf, partOf } from './stored-item.ts';

export type VehicleSummaryDeps = {
  exports: { get(key: string): Promise<Buffer | undefined> };
  newestEvents: {
    /** The newest events and parts of a type and day, with the columns of the index by day. */
    ofDay(messageType: string, date: string, most: number): Promise<{ items: Item[]; isComplete: boolean }>;
    items(keys: readonly ItemKey[]): Promise<Item[]>;
  };
  /** What was counted in exports, by their content. */
  countedVehicles: RecentAnswers<CountedVehicles>;
  timeZone: string;
  now: () => Date;
};

const vehicleTypes = ['vehicle_data', 'micro_checkpoint_data'] as const;
type VehicleMessageType = (typeof vehicleTypes)[number];

const mostStored = 1_000;
/** A day of more is counted in part: it would not be read within a second. */
const mostExported = 400_000;

/** Services of the device (reference 20.4): motor vehicles, and vehicles of a micro checkpoint. */
const motorServices: ReadonlySet<number> = new Set([7, 51]);

const fields = ['vehicle_color', 'vehicle_type', 'car_pre_brand'] as const;
type Field = (typeof fields)[number];
const columns = ['part', 'itgt_type', ...fields, 'car_pre_brand_name'];
/** The service stands in the part of a micro checkpoint, and in the event of a vehicle. */
const serviceColumn = { vehicle_data: 'itgt_type', micro_checkpoint_data: 'target_type' } as const;

export const VehicleTally = z.strictObject({
  code: z.number().nullable().describe('code of the value; null where none was told'),
  name: z.string().nullable().describe('as the camera names it; of brands alone'),
  count: z.int(),
});
export type VehicleTally = z.infer<typeof VehicleTally>;

export const VehicleSummary = z.strictObject({
  date: z.string(),
  sources: z.array(
    z.strictObject({
      message_type: z.enum(vehicleTypes),
      from: z.enum(['export', 'stored']).describe('the published export of the day, or the newest of what is stored'),
      published_at: z.iso.datetime().nullable(),
      is_partial: z.boolean().describe('whether the day has more than was counted, or is not over'),
      sightings: z.int(),
    }),
  ),
  sightings: z.int().describe('motor vehicles that were seen; one that passes two cameras is seen twice'),
  colors: z.array(VehicleTally),
  types: z.array(VehicleTally),
  brands: z.array(VehicleTally),
});
export type VehicleSummary = z.infer<typeof VehicleSummary>;

export type CountedVehicles = {
  sightings: number;
  tallies: { readonly [field in Field]: ReadonlyMap<string, VehicleTally> };
};

export const vehicleSummaryRoute = route({
  path: '/api/vehicles/summary',
  summary: 'Motor vehicles that were seen on a day, by colour, type and brand',
  query: z.strictObject({ date: CalendarDay.optional().describe('today unless given') }),
  answer: VehicleSummary,
  handle: async (deps: VehicleSummaryDeps, { date: asked }) => {
    const date = asked ?? zonedDate(deps.now(), deps.timeZone).date;
    const read = await Promise.all(vehicleTypes.map((type) => readSource(deps, type, date)));
    const tally = (field: Field) => united(read.map(({ counted }) => counted.tallies[field]));
    return {
      date,
      sources: read.map(({ source, counted }) => ({ ...source, sightings: counted.sightings })),
      sightings: read.reduce((sum, { counted }) => sum + counted.sightings, 0),
      colors: tally('vehicle_color'),
      types: tally('vehicle_type'),
      brands: tally('car_pre_brand'),
    };
  },
});

type Source = Omit<VehicleSummary['sources'][number], 'sightings'>;

async function readSource(
  deps: VehicleSummaryDeps,
  type: VehicleMessageType,
  date: string,
): Promise<{ source: Source; counted: CountedVehicles }> {
  const manifest = await readManifest(deps.exports, 'events', [
    ['message_type', type],
    ['date', date],
  ]);
  if (manifest !== undefined) {
    const counted = await countExport(deps, type, date, manifest);
    return {
      source: {
        message_type: type,
        from: 'export',
        published_at: manifest.published_at,
        is_partial: manifest.rows > mostExported,
      },
      counted,
    };
  }
  const { items, isComplete } = await deps.newestEvents.ofDay(type, date, mostStored);
  const isOver = date < zonedDate(deps.now(), deps.timeZone).date;
  const source = {
    message_type: type,
    from: 'stored',
    published_at: null,
    is_partial: !isOver || !isComplete,
  } as const;
  return { source, counted: await countStored(deps, type, items) };
}

async function countExport(
  { exports, countedVehicles }: VehicleSummaryDeps,
  type: VehicleMessageType,
  date: string,
  { content_sha256: content, files }: Manifest,
): Promise<CountedVehicles> {
  const version = `${type} ${date} ${content}`;
  const kept = countedVehicles.get(version);
  if (kept !== undefined) return kept;
  const count = createCount(type);
  let left = mostExported;
  for (const { key, format, rows } of files) {
    if (format !== 'parquet' || left <= 0) continue;
    const file = await exports.get(key);
    // A newer version takes the place of one while it is read.
    if (file === undefined) return count.counted;
    const cells = Object.entries(await readParquetColumns(file, [...columns, serviceColumn[type]]));
    for (let row = 0; row < rows; row += 1) {
      count.add(Object.fromEntries(cells.map(([name, column]) => [name, column[row] ?? null])));
    }
    left -= rows;
  }
  countedVehicles.put(version, count.counted, 1);
  return count.counted;
}

/** Of the vehicles of a day that has no export yet. */
async function countStored(
  { newestEvents }: VehicleSummaryDeps,
  type: VehicleMessageType,
  found: readonly Item[],
): Promise<CountedVehicles> {
  const count = createCount(type);
  const isCounted = ({ sk }: ItemKey) => type === 'vehicle_data' || partOf(sk) !== undefined;
  for (const item of await newestEvents.items(found.map(keyOf).filter(isCounted))) {
    const part = partOf(keyOf(item).sk);
    count.add({
      part: part === undefined ? null : part.kind,
      ...Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, cellOf(attribute)])),
    });
  }
  return count.counted;
}

const cellOf = (attribute: Attribute): Cell => ('N' in attribute ? Number(attribute.N) : (textOf(attribute) ?? null));

function createCount(type: VehicleMessageType) {
  const tallies: { [field in Field]: Map<string, VehicleTally> } = {
    vehicle_color: new Map(),
    vehicle_type: new Map(),
    car_pre_brand: new Map(),
  };
  const counted: CountedVehicles & { sightings: number } = { sightings: 0, tallies };
  return {
    counted,
    add: (row: { readonly [column: string]: Cell }): void => {
      const service = codeOf(row[serviceColumn[type]]);
      // What names no service is a vehicle by its type, but for the statistics of lanes.
      const isVehicle = service === null ? type === 'vehicle_data' : motorServices.has(service);
      if (!isVehicle) return;
      counted.sightings += 1;
      for (const field of fields) {
        const code = codeOf(row[field]);
        const brand = field === 'car_pre_brand' ? row['car_pre_brand_name'] : undefined;
        const name = typeof brand === 'string' && brand !== '' ? brand : null;
        const key = code === null ? `name ${name ?? ''}` : `code ${code}`;
        const tally = tallies[field].get(key) ?? { code, name, count: 0 };
        tallies[field].set(key, { code, name: tally.name ?? name, count: tally.count + 1 });
      }
    },
  };
}

/** A code is a small whole number; zero and below stand for a value that the camera could not tell. */
function codeOf(cell: Cell | undefined): number | null {
  const value = typeof cell === 'string' && /^\d+$/.test(cell) ? Number(cell) : cell;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

const mostTallies = 400;

function united(tallies: readonly ReadonlyMap<string, VehicleTally>[]): VehicleTally[] {
  const all = new Map<string, VehicleTally>();
  for (const [key, one] of tallies.flatMap((map) => [...map])) {
    const other = all.get(key);
    all.set(key, other === undefined ? one : { ...one, name: other.name ?? one.name, count: other.count + one.count });
  }
  return [...all.values()]
    .toSorted((one, other) => other.count - one.count || (one.code ?? Infinity) - (other.code ?? Infinity))
    .slice(0, mostTallies);
}
