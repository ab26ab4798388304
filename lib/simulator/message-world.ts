import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import type { CameraStates } from './camera-states.ts';
import type { Camera, View } from './cameras.ts';
import type { Box } from './canvas.ts';
import { type LocalTime, localTime } from './local-time.ts';
import { type PictureDesk, recordKey, subjectOf } from './picture-desk.ts';
import type { PictureKind, RecordIds, RecordRef } from './record-ids.ts';
import type { Random } from './seeded-random.ts';
import { type Sighting, sightingOf } from './sighting.ts';

/** A record while its message is being written. */
export type NewRecord = {
  ref: RecordRef;
  sighting: Sighting;
  /** `data_id` of the record, or of its n-th target from 1. */
  dataId(part?: number): string;
  url(kind: PictureKind): string;
};

/** What the writers of messages share: the tenant's cameras, its clock and the luck of the day. */
export type MessageWorld = {
  random: Random;
  ids: RecordIds;
  /** A number that no other record or alarm of this run has, from 0. */
  nextSerial(): number;
  now(): Date;
  local(instant: Date): LocalTime;
  /** Any camera, or any of those that look at one of the views. */
  camera(...views: View[]): Camera;
  /** Something that a camera saw a moment ago. */
  record(camera: Camera, service: number, kinds: readonly PictureKind[]): NewRecord;
  /** 19 digits, as objects have them across records: more than a double can hold. */
  globalId(): bigint;
};

export function createMessageWorld(options: {
  random: Random;
  cameras: readonly Camera[];
  states: CameraStates;
  ids: RecordIds;
  pictures: PictureDesk;
  now: () => Date;
  timeZone: string;
}): MessageWorld {
  const { random, cameras, states, ids, pictures, now, timeZone } = options;
  let serial = -1;
  const nextSerial = () => {
    serial += 1;
    return serial;
  };

  return {
    random,
    ids,
    nextSerial,
    now,
    local: (instant) => localTime(instant, timeZone),
    camera: (...views) => {
      const looks = ({ view }: Camera) => views.length === 0 || views.includes(view);
      const there = states.present().filter((camera) => states.isRegistered(camera) && looks(camera));
      // Of those that were all removed, the last messages are still under way.
      return random.pick(there.length > 0 ? there : cameras.filter(looks));
    },
    record(camera, service, kinds) {
      const takenAt = new Date(now().getTime() - random.integer(200, 2500));
      const ref = { camera, service, kinds, takenAt, serial: nextSerial() % 10_000 };
      // Made once: asked for again a second later, the same picture would have another URL.
      const urls = new Map(kinds.map((kind) => [kind, pictures.recordUrl(ref, kind)]));
      return {
        ref,
        sighting: sightingOf(recordKey(ref), subjectOf(service)),
        dataId: (part) => ids.dataId(ref, part),
        url: (kind) => urls.get(kind) ?? '',
      };
    },
    globalId: () => BigInt(`7${random.digits(18)}`),
  };
}

/** Members that begin every TLV message (reference 10.1.4.5). */
export const recordHead = (world: MessageWorld, record: NewRecord): JsonObject => ({
  device_id: record.ref.camera.deviceId,
  channel_id: record.ref.camera.channelId,
  data_id: record.dataId(),
  report_time: world.local(world.now()).iso,
});

/** `common` of a TLV message; the camera counts its channels from 101. */
export const commonOf = (world: MessageWorld, camera: Camera, extra: JsonObject): JsonObject => ({
  channel_id: 101,
  channel_id_ex: 101,
  image_height: camera.imageHeight,
  image_width: camera.imageWidth,
  meta_type_mask: 2,
  pts: world.random.integer(100_000_000_000, 999_999_999_999),
  sdc_uuid: camera.sdcUuid,
  ...extra,
});

/** When a picture was taken, in the several units that IVM uses side by side. */
export const snapshotTimes = ({ ref }: NewRecord): JsonObject => ({
  pic_snapshot_dst_offset: 0,
  pic_snapshot_time: Math.floor(ref.takenAt.getTime() / 1000),
  pic_snapshot_timems: ref.takenAt.getTime(),
  pic_snapshot_tzone: 28_800_000,
});

/** A box as it stands beside device data: `x`, `y`. */
export const boxOf = ({ x, y, width, height }: Box): JsonObject => ({ x, y, width, height });

/** A box as it stands at data level: `x_cor`, `y_cor`. */
export const cornerBoxOf = ({ x, y, width, height }: Box): JsonObject => ({ x_cor: x, y_cor: y, width, height });

/** A box in pixels of the camera's picture. */
export const pixelBoxOf = (box: Box, camera: Camera): JsonObject => ({
  x: Math.floor((box.x * camera.imageWidth) / 10_000),
  y: Math.floor((box.y * camera.imageHeight) / 10_000),
  width: Math.floor((box.width * camera.imageWidth) / 10_000),
  height: Math.floor((box.height * camera.imageHeight) / 10_000),
});

const gridWidth = 352;
const gridHeight = 288;

/** A point of ten-thousandths on the grid on which devices draw their rules. */
export const gridPoint = ({ x, y }: { x: number; y: number }) => ({
  x: Math.floor((x * gridWidth) / 10_000),
  y: Math.floor((y * gridHeight) / 10_000),
});

/** The area of a rule, on the grid and relative to the picture. */
export const ruleArea = (corners: readonly { x: number; y: number }[]): JsonObject => ({
  rule_area_pos: { num: corners.length, points: corners.map((corner): Json => gridPoint(corner)) },
  rule_area_pos_relative: { num: corners.length, points: corners.map(({ x, y }): Json => ({ x, y })) },
});
