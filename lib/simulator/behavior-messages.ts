import type { JsonObject } from '#lib/json/exact-json.ts';
import {
  boxOf,
  commonOf,
  gridPoint,
  type MessageWorld,
  type NewRecord,
  recordHead,
  ruleArea,
  snapshotTimes,
} from './message-world.ts';
import { createDeck } from './seeded-random.ts';
import type { Person } from './sighting.ts';

const service = 21;

/** Rules of behaviour and the state of an object that breaks them (reference 20.6 and 10.1.4.5.6). */
const behaviours = [
  { ruleType: 0, status: 2 },
  { ruleType: 1, status: 1 },
  { ruleType: 2, status: 4 },
  { ruleType: 3, status: 8 },
  { ruleType: 4, status: 16 },
  { ruleType: 5, status: 32 },
  { ruleType: 6, status: 64 },
  // States are bits: an intruder can loiter.
  { ruleType: 4, status: 17 },
];

/**
 * Writes `data` of behavior_analysis_data messages (reference 10.1.4.5.6): one snapshot, sometimes two, and then the
 * objects, each of them with a `data_id` of its own.
 */
export function createBehaviorWriter(world: MessageWorld): () => JsonObject {
  const { random } = world;
  const next = createDeck(random, behaviours);

  return () => {
    const { ruleType, status } = next();
    const camera = world.camera('yard', 'road');
    const record = world.record(camera, service, ['panorama']);
    const snapshots = [record, ...(random.chance(0.2) ? [world.record(camera, service, ['panorama'])] : [])];
    const { person, bystanders } = record.sighting;
    const people = [...(person === undefined ? [] : [person]), ...bystanders];
    return {
      ...recordHead(world, record),
      data: {
        common: commonOf(world, camera, {
          intelligent_target_index: 281_474_976_710_656,
          target_time_domain_info: 1,
          target_type: service,
        }),
        rule: {
          ...ruleArea([
            { x: 28, y: 34 },
            { x: 9971, y: 34 },
            { x: 9971, y: 9965 },
            { x: 28, y: 9965 },
          ]),
          rule_type: ruleType,
        },
        targets: [
          ...snapshots.map((snapshot) => snapshotTarget(world, snapshot)),
          ...people.map((one, position) => objectTarget(world, one, { dataId: record.dataId(position + 2), status })),
        ],
      },
    };
  };
}

const snapshotTarget = ({ random }: MessageWorld, snapshot: NewRecord): JsonObject => ({
  data_id: snapshot.dataId(1),
  panorama_pic: snapshot.url('panorama'),
  panorama_pic_size: random.integer(90_000, 220_000),
  ...snapshotTimes(snapshot),
  target_type: service,
});

function objectTarget(world: MessageWorld, person: Person, about: { dataId: string; status: number }): JsonObject {
  const { random } = world;
  const corner = gridPoint(person.box);
  const size = gridPoint({ x: person.box.width, y: person.box.height });
  return {
    color: { red: 0, green: 0, blue: 0, conf_lev: 0, color_id: 0 },
    data_id: about.dataId,
    global_object_id: world.globalId(),
    meta_type_mask: 2,
    obj_id: random.integer(1, 999),
    obj_pos: { ...corner, width: size.x, height: size.y },
    obj_pos_r: boxOf(person.box),
    obj_speed: { x: random.integer(0, 12), y: random.integer(0, 12) },
    obj_status: about.status,
    obj_type: random.pick([98, 98, 2]),
    target_type: service,
  };
}
