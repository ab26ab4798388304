import { type Attribute, type Item, textOf } from '#lib/events/attribute.ts';
import { type CountSource, measuresOf } from './count-measures.ts';

/** What one message, or one part of it, counts. */
export type Count = {
  source: CountSource;
  deviceId: string;
  channelId: string;
  at: Date;
  /** Lane and cycle of traffic statistics. */
  keys: { readonly [name: string]: number | null };
  /** Values by field; those that can be no count are left out, and only their number is told. */
  values: { readonly [field: string]: number };
  oddValues: number;
};

/** Service of a target of head_shoulder_data (reference 10.1.4.5.5, `target_type`). */
const sourceOfService: ReadonlyMap<number, CountSource> = new Map([
  [12, 'density'],
  [13, 'queue'],
  [15, 'line'],
]);
const keepAlive = 8;
/** No camera counts more at a time; and the sum of an hour stays exact. */
const largestValue = 1_000_000_000;
/** Boxes, pictures and alarms: data of their own beside a sign of life. */
const dataBits = 1 | 2 | 16;

/** Reads what an item of the table `events` counts; nothing for most. Never throws. */
export function countsOf(item: Item): Count[] {
  const at = new Date(textOf(item['occurred_at']) ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return [];
  const base = { deviceId: textOf(item['device_id']) ?? '', channelId: textOf(item['channel_id']) ?? '', at, keys: {} };
  const part = (textOf(item['sk']) ?? '').split('#')[3];
  switch (textOf(item['message_type'])) {
    case 'device_alarm':
      return part === undefined ? counted('alarm', base, [item['data']]) : [];
    case 'head_shoulder_data':
      return part === undefined ? peopleCounts(item, base) : [];
    case 'micro_checkpoint_data':
      return part === 'target' ? trafficCounts(item, base) : [];
    default:
      return [];
  }
}

type Base = Omit<Count, 'source' | 'values' | 'oddValues'>;

function peopleCounts(item: Item, base: Base): Count[] {
  const inner = memberOf(item['data'], 'data');
  const common = memberOf(inner, 'common');
  const mask = numberOf(memberOf(common, 'meta_type_mask')) ?? 0;
  // Signs of life repeat what was counted, and live boxes are drawn while somebody watches.
  if ((mask & keepAlive) !== 0 && (mask & dataBits) === 0) return [];
  if (numberOf(memberOf(common, 'target_time_domain_info')) === 0) return [];
  const bySource = Map.groupBy(elementsOf(memberOf(inner, 'targets')), (target) =>
    sourceOfTarget(target, numberOf(memberOf(common, 'target_type'))),
  );
  return [...bySource].flatMap(([source, targets]) => (source === undefined ? [] : counted(source, base, targets)));
}

function sourceOfTarget(target: Attribute, commonService: number | undefined): CountSource | undefined {
  const service = numberOf(memberOf(target, 'target_type')) ?? commonService;
  if (service !== undefined) return sourceOfService.get(service);
  if (memberOf(target, 'people_num') !== undefined) return 'density';
  return memberOf(target, 'human_count_in') === undefined ? undefined : 'line';
}

function trafficCounts(item: Item, base: Base): Count[] {
  const data = item['data'];
  const keys = {
    lane: wholeOf(memberOf(data, 'statistics_lane_index') ?? memberOf(data, 'lane_id')),
    cycle: wholeOf(memberOf(data, 'traffic_statistics_cycle')),
  };
  return counted('traffic', { ...base, keys }, [data]);
}

/** The fields of a source in the parts of one message, added up where they are summed, as they were last where not. */
function counted(source: CountSource, base: Base, parts: readonly (Attribute | undefined)[]): Count[] {
  const values: { [field: string]: number } = {};
  let oddValues = 0;
  let isCounting = false;
  const summed = new Set(measuresOf[source].filter(({ fold }) => fold === 'sum').map(({ field }) => field));
  for (const field of new Set(measuresOf[source].map((one) => one.field))) {
    for (const part of parts) {
      const attribute = memberOf(part, field);
      if (attribute === undefined || 'NULL' in attribute) continue;
      isCounting = true;
      const value = numberOf(attribute);
      if (value === undefined || value < 0 || value > largestValue) oddValues += 1;
      else if (summed.has(field) && !Number.isInteger(value)) oddValues += 1;
      else values[field] = summed.has(field) ? (values[field] ?? 0) + value : value;
    }
  }
  return isCounting ? [{ ...base, source, values, oddValues }] : [];
}

function memberOf(attribute: Attribute | undefined, name: string): Attribute | undefined {
  return attribute !== undefined && 'M' in attribute && Object.hasOwn(attribute.M, name)
    ? attribute.M[name]
    : undefined;
}

/** A lone element stands for a list of one, as the reference prints it. */
function elementsOf(attribute: Attribute | undefined): Attribute[] {
  if (attribute === undefined) return [];
  return 'L' in attribute ? attribute.L : [attribute];
}

function numberOf(attribute: Attribute | undefined): number | undefined {
  if (attribute === undefined) return undefined;
  const digits = 'N' in attribute ? attribute.N : 'S' in attribute ? attribute.S.trim() : '';
  const value = /^-?\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function wholeOf(attribute: Attribute | undefined): number | null {
  const value = numberOf(attribute);
  return value !== undefined && Number.isSafeInteger(value) ? value : null;
}
