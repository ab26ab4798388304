import { createHash } from 'node:crypto';
import type { Camera } from './cameras.ts';
import { instantOf, localTime } from './local-time.ts';

/** The pictures a record can have; the position gives the number that stands for the kind in ids. */
export const pictureKinds = ['target', 'body', 'panorama', 'plate', 'vehicle'] as const;
export type PictureKind = (typeof pictureKinds)[number];

/** One thing that a camera reported with pictures. */
export type RecordRef = {
  camera: Camera;
  /** `itgt_type` or `target_type` of the record. */
  service: number;
  kinds: readonly PictureKind[];
  takenAt: Date;
  /** Tells records of the same millisecond apart. */
  serial: number;
};

export type AlarmRef = { camera: Camera; alarmType: string; raisedAt: Date; serial: number; share: number };

/**
 * The ids that IVM gives to records, alarms and their pictures, in the form of the reference's examples.
 *
 * They say all that the simulator has to know about a picture, under a checksum that follows the seed. So nothing has to be
 * remembered, however long it runs, and a restarted simulator still answers for the alarms of last week.
 */
export type RecordIds = {
  /** `data_id` of the n-th part of a record (10.1.4.5); part 0 is the record itself. */
  dataId(record: RecordRef, part?: number): string;
  readDataId(text: string): RecordRef | undefined;
  /** Path of a picture, without query. */
  picturePath(record: RecordRef, kind: PictureKind): string;
  readPicturePath(path: string): { record: RecordRef; kind: PictureKind } | undefined;
  /** `alarm_uuid` (10.1.4.2, 10.2.2): `device_channel_type_yyyyMMddHHmmss_n`. */
  alarmUuid(alarm: Omit<AlarmRef, 'share'>): string;
  /** `share` is a number in [0, 1) that depends on nothing but the uuid. */
  readAlarmUuid(text: string): AlarmRef | undefined;
  /** Short digest over any text that only this seed gives. */
  seal(text: string): string;
};

const dataIdPattern = /^(\d{13})(\d\d)(\d\d)(\d{3})(\d{4})([a-z]{5})(\d{3})$/;
const picturePattern = /^\/v1\/holo\/tlv_([A-Za-z0-9]+)_(\d+)_(\d{8})_tlv_([a-z0-9]{32})\.jpg\/static$/;
const alarmPattern = /^([A-Za-z0-9]{8,32})_(\d+)_([a-z_]+)_(\d{14})_(\d+)(\d{4})$/;
const firstPart = 100;

export function createRecordIds(options: { seed: string; cameras: readonly Camera[]; timeZone: string }): RecordIds {
  const { seed, cameras, timeZone } = options;
  const digest = (text: string) => createHash('sha256').update(`${seed}|${text}`).digest();

  function identify({ camera, service, kinds, takenAt, serial }: RecordRef, item: number): string {
    const kindBits = kinds.reduce((bits, kind) => bits | bitOf(kind), 0);
    const digits = [
      padded(takenAt.getTime(), 13),
      padded(service, 2),
      padded(kindBits, 2),
      padded(item, 3),
      padded(serial, 4),
    ].join('');
    return `${digits}${letters(digest(`${digits}|${camera.index}`))}${padded(camera.index, 3)}`;
  }

  function read(text: string): { record: RecordRef; item: number } | undefined {
    const parts = dataIdPattern.exec(text)?.slice(1);
    const camera = cameras[Number(parts?.[6])];
    if (parts === undefined || camera === undefined) return undefined;
    const [takenAtMs, service, kindBits, item, serial] = parts.map(Number);
    if (takenAtMs === undefined || service === undefined || kindBits === undefined) return undefined;
    if (item === undefined || serial === undefined) return undefined;
    const kinds = pictureKinds.filter((kind) => (kindBits & bitOf(kind)) !== 0);
    const record = { camera, service, kinds, takenAt: new Date(takenAtMs), serial };
    return identify(record, item) === text ? { record, item } : undefined;
  }

  const picturePath = (record: RecordRef, kind: PictureKind): string => {
    const { camera, takenAt } = record;
    const date = localTime(takenAt, timeZone).date;
    return `/v1/holo/tlv_${camera.deviceId}_${camera.channelId}_${date}_tlv_${identify(record, bitOf(kind))}.jpg/static`;
  };

  const alarmUuid = ({ camera, alarmType, raisedAt, serial }: Omit<AlarmRef, 'share'>): string => {
    const stem = `${camera.deviceId}_${camera.channelId}_${alarmType}_${localTime(raisedAt, timeZone).compact}_${serial}`;
    return `${stem}${padded(digest(stem).readUInt16LE() % 10_000, 4)}`;
  };

  return {
    dataId: (record, part = 0) => identify(record, firstPart + part),
    readDataId(text) {
      const found = read(text);
      return found !== undefined && found.item >= firstPart ? found.record : undefined;
    },
    picturePath,
    readPicturePath(path) {
      const found = read(picturePattern.exec(path)?.[4] ?? '');
      const kind = pictureKinds.find((candidate) => bitOf(candidate) === found?.item);
      if (found === undefined || kind === undefined || !found.record.kinds.includes(kind)) return undefined;
      return picturePath(found.record, kind) === path ? { record: found.record, kind } : undefined;
    },
    alarmUuid,
    readAlarmUuid(text) {
      const [deviceId, channelId, alarmType, compact, serial] = alarmPattern.exec(text)?.slice(1) ?? [];
      const camera = cameras.find((one) => one.deviceId === deviceId && one.channelId === channelId);
      const raisedAt = instantOf(compact ?? '', timeZone);
      if (camera === undefined || raisedAt === undefined || alarmType === undefined) return undefined;
      const alarm = { camera, alarmType, raisedAt, serial: Number(serial) };
      if (alarmUuid(alarm) !== text) return undefined;
      return { ...alarm, share: digest(`share|${text}`).readUInt32LE() / 2 ** 32 };
    },
    seal: (text) => digest(`seal|${text}`).toString('base64url').slice(0, 27),
  };
}

const bitOf = (kind: PictureKind): number => 1 << pictureKinds.indexOf(kind);
const padded = (number: number, length: number): string => String(number).padStart(length, '0');
const letters = (bytes: Buffer): string =>
  [...bytes.subarray(0, 5)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
