import type { ApiAnswer, ApiRequest } from './api-server.ts';
import type { Camera } from './cameras.ts';
import { drawPicture } from './draw-picture.ts';
import type { ChannelFinder } from './interfaces/find-channel.ts';
import { IvmRefusal } from './ivm-refusal.ts';
import { localTime } from './local-time.ts';
import { seededRandom } from './seeded-random.ts';
import { sightingOf } from './sighting.ts';

/** Takes snapshots, one per channel in ten seconds (10.3.1), and keeps those that are asked to be kept. */
export type SnapshotDesk = {
  snap(request: ApiRequest): ApiAnswer;
  /** The picture behind a reserved URL; `undefined` where the path is none of these. */
  serve(path: string): ApiAnswer | undefined;
};

const pauseMs = 10_000;

/** @param readyAfterMs how long a kept picture takes to be behind its URL */
export function createSnapshotDesk(options: {
  find: ChannelFinder;
  origin: string;
  now: () => Date;
  timeZone: string;
  readyAfterMs: number;
}): SnapshotDesk {
  const { find, origin, now, timeZone, readyAfterMs } = options;
  const calledAtMs = new Map<string, number>();
  const kept = new Map<string, { image: Buffer; readyAtMs: number }>();

  const draw = (camera: Camera, at: Date): Buffer => {
    const id = `snapshot|${camera.deviceId}|${camera.channelId}|${at.getTime()}`;
    const sighting = sightingOf(id, camera.view === 'road' ? 'vehicle' : 'person');
    return drawPicture({ id, kind: 'panorama', camera, sighting, at: localTime(at, timeZone) });
  };

  return {
    snap: ({ query }) => {
      const storage = query.get('storage');
      if (storage !== 'true' && storage !== 'false') throw new IvmRefusal('IVM.10020001');
      const ids = { device_id: query.get('device_id') ?? '', channel_id: query.get('channel_id') ?? '' };
      find.accessible(ids);
      const camera = find.answering(ids);
      const id = `${camera.deviceId}_${camera.channelId}`;
      const nowMs = now().getTime();
      if (nowMs - (calledAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < pauseMs) throw new IvmRefusal('IVM.20040009');
      calledAtMs.set(id, nowMs);
      const image = draw(camera, now());
      if (storage === 'false') return { json: { pic_url: '', pic_data: image.toString('base64') } };
      const path = `/v1/holo/${id}_${nowMs}_snap/static`;
      kept.set(path, { image, readyAtMs: nowMs + readyAfterMs });
      return { json: { pic_url: `${origin}${path}`, pic_data: '' } };
    },
    serve: (path) => {
      const picture = kept.get(path);
      if (picture === undefined) return undefined;
      if (now().getTime() < picture.readyAtMs) throw new IvmRefusal('IVM.20040011');
      const { image } = picture;
      return seededRandom(path).chance(0.5)
        ? { json: { pic_data: image.toString('base64') } }
        : { bytes: image, contentType: 'image/png' };
    },
  };
}
