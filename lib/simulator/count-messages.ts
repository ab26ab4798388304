import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from './cameras.ts';
import { activityAt, inboundShareAt } from './daily-rhythm.ts';
import { commonOf, gridPoint, type MessageWorld, recordHead, ruleArea } from './message-world.ts';
import { createDeck } from './seeded-random.ts';

/** Service of a head-and-shoulder message: crowd density, queue length, line crossing. */
type Service = 12 | 13 | 15;
type Counted = { camera: Camera; service: Service; isLiveBox: boolean };

const ruleTypes: Readonly<Record<Service, number>> = { 12: 10, 13: 11, 15: 9 };

/** Share of records that count nothing: boxes for the live picture, and signs of life. */
const liveBoxes = 0.05;
const signsOfLife = 0.05;
const minuteMs = 60_000;

/**
 * Writes `data` of head_shoulder_data messages (reference 10.1.4.5.5), of every service in turn. How many people there are
 * follows the time of day; totals of line crossing start anew at midnight.
 */
export function createCountWriter(world: MessageWorld): () => JsonObject {
  const { random } = world;
  const next = createDeck<Service>(random, [12, 13, 15, 15]);
  const totals = new Map<number, { date: string; in: number; out: number }>();

  function lineCrossing({ camera, isLiveBox }: Counted): JsonObject {
    const now = world.now();
    const { date, hourOfDay } = world.local(now);
    const passed = isLiveBox ? 0 : Math.round(activityAt(hourOfDay) * 14 * random.next());
    const inbound = Math.round(passed * inboundShareAt(hourOfDay));
    const before = totals.get(camera.index);
    const total = before?.date === date ? before : { date, in: 0, out: 0 };
    const sum = { date, in: total.in + inbound, out: total.out + passed - inbound };
    totals.set(camera.index, sum);
    return {
      human_count_all_in_num: sum.in,
      human_count_all_out_num: sum.out,
      human_count_in: inbound,
      human_count_out: passed - inbound,
      human_time_start: now.getTime() - minuteMs,
      pic_snapshot_timems: now.getTime(),
    };
  }

  function countOf(counted: Counted): JsonObject {
    const { hourOfDay } = world.local(world.now());
    if (counted.service === 12) return crowd(world, counted.camera, hourOfDay);
    return counted.service === 13 ? queue(world, hourOfDay) : lineCrossing(counted);
  }

  return () => {
    const service = next();
    const camera = world.camera(
      ...(service === 15 ? (['entrance'] as const) : (['entrance', 'shop', 'yard'] as const)),
    );
    const isLiveBox = random.chance(liveBoxes);
    const count = countOf({ camera, service, isLiveBox });
    const target = { ...count, pic_snapshot_dst_offset: 0, pic_snapshot_tzone: 28_800_000, target_type: service };
    return {
      ...recordHead(world, world.record(camera, service, [])),
      data: {
        common: commonOf(world, camera, {
          // Unsigned 64-bit: the top bit stands for density, the next for queues, the third for lines.
          intelligent_target_index: 1n << (service === 12 ? 63n : service === 13 ? 62n : 61n),
          meta_type_mask: maskOf(world, service),
          target_time_domain_info: isLiveBox ? 0 : 1,
        }),
        rule: { rule_type: ruleTypes[service], ...(service === 15 ? line : queueArea) },
        targets: [target],
      },
    };
  };
}

function maskOf({ random }: MessageWorld, service: Service): number | null {
  if (random.chance(signsOfLife)) return 8;
  return service === 12 && random.chance(0.3) ? null : 3;
}

function crowd(world: MessageWorld, camera: Camera, hourOfDay: number): JsonObject {
  const { random } = world;
  const people = Math.round(activityAt(hourOfDay) * random.integer(10, 30));
  return {
    area_ratio: Math.min(100, people * 3),
    head_shoulder_pos: { x: random.integer(500, 6000), y: random.integer(2000, 5000), width: 653, height: 1006 },
    people_num: people,
    shoulder_num: people,
    queue_time: 0,
    ...crowdTimes(world, camera),
  };
}

/**
 * A camera with an unset clock sends negative times as unsigned 64-bit numbers, and milliseconds since its start as the
 * time of the picture (both in the reference's example).
 */
function crowdTimes(world: MessageWorld, camera: Camera): JsonObject {
  const nowMs = world.now().getTime();
  if (!camera.hasUnsetClock) {
    return { human_time_start: nowMs - minuteMs, human_time_stop: nowMs, pic_snapshot_timems: nowMs };
  }
  const start = 2n ** 64n - BigInt(world.random.integer(10_000_000, 20_000_000));
  return {
    human_time_start: start,
    human_time_stop: start + 5000n,
    pic_snapshot_timems: world.random.integer(10_000_000, 99_999_999),
  };
}

function queue(world: MessageWorld, hourOfDay: number): JsonObject {
  const waiting = Math.round(activityAt(hourOfDay) * world.random.integer(0, 9));
  const nowMs = world.now().getTime();
  return {
    human_time_start: nowMs - 1008,
    human_time_stop: nowMs,
    queue_time: waiting * world.random.integer(15, 40),
    shoulder_num: waiting,
  };
}

const lineEnds = { from: { x: 568, y: 5000 }, to: { x: 9659, y: 5000 } };
const gridEnds = { from: gridPoint(lineEnds.from), to: gridPoint(lineEnds.to) };
const line: JsonObject = {
  rule_line_dir: 1,
  rule_line_pos: { x1: gridEnds.from.x, y1: gridEnds.from.y, x2: gridEnds.to.x, y2: gridEnds.to.y },
  rule_line_pos_r: { x1: lineEnds.from.x, y1: lineEnds.from.y, x2: lineEnds.to.x, y2: lineEnds.to.y },
};

const queueArea = ruleArea([
  { x: 0, y: 4618 },
  { x: 4517, y: 2048 },
  { x: 6761, y: 1909 },
  { x: 3778, y: 4444 },
  { x: 28, y: 8437 },
]);
