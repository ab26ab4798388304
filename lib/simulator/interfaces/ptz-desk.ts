import { createHash } from 'node:crypto';
import type { Json } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { type ChannelIds, named } from './find-channel.ts';
import type { Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

type Track = {
  type: string;
  name: string;
  points: readonly { preset_index: number; dwell_time: number; speed_level: number }[];
  isOpen: boolean;
};
type Ptz = {
  presets: Map<number, string>;
  tracks: Map<number, Track>;
  lock: { token: string; untilMs: number } | undefined;
};

const lockMs = 120_000;
const mostPresets = 512;
/** A single grey pixel: what a camera shows is not what these interfaces are about. */
const preview =
  '/9j/4AAQSkZJRgABAQEAAAAAAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==';

/** Control of cameras (8), their presets and the tracks between them (15), kept in memory. */
export function createPtzRoutes(serve: Serve, { find, seed, now }: Tenant): Route[] {
  const cameras = new Map<string, Ptz>();
  let locks = 0;

  const reached = (ids: ChannelIds): Ptz => {
    const { deviceId, channelId } = find.answering(ids);
    const key = `${deviceId}#${channelId}`;
    const ptz = cameras.get(key) ?? { presets: new Map(), tracks: new Map(), lock: undefined };
    cameras.set(key, ptz);
    return ptz;
  };
  /** Every command prolongs the lock that it is given with. */
  const use = (ptz: Ptz, token: string): void => {
    if (ptz.lock?.token !== token) throw new IvmRefusal('IVM.20002009');
    if (ptz.lock.untilMs <= now().getTime()) throw new IvmRefusal('IVM.20002001');
    ptz.lock.untilMs = now().getTime() + lockMs;
  };
  const known = <Value>(values: ReadonlyMap<number, Value>, index: number): Value => {
    const value = values.get(index);
    if (value === undefined) throw new IvmRefusal('IVM.10020001');
    return value;
  };
  const free = (values: ReadonlyMap<number, unknown>): number => {
    let index = 1;
    while (values.has(index)) index += 1;
    return index;
  };
  const checkPoints = ({ presets }: Ptz, points: readonly { preset_index: number }[]): void => {
    for (const { preset_index: index } of points) known(presets, index);
  };

  return [
    serve('acquirePtzLock', (asked) => {
      const ptz = reached(asked);
      locks += 1;
      const token = createHash('sha256').update(`${seed}|ptz|${locks}`).digest('hex').slice(0, 32);
      ptz.lock = { token, untilMs: now().getTime() + lockMs };
      return { control_token: token };
    }),
    serve('releasePtzLock', (asked) => {
      reached(asked).lock = undefined;
      return named(asked);
    }),
    serve('controlPtz', (asked) => {
      use(reached(asked), asked.control_lock);
      return named(asked);
    }),
    serve('listPresets', (asked) => ({
      preset_positions: [...reached(asked).presets].map(([index, name]) => ({
        preset_index: index,
        preset_name: name,
        jpg_base64: preview,
      })),
    })),
    serve('createPreset', (asked) => {
      const { presets } = reached(asked);
      const index = asked.index ?? free(presets);
      if (presets.has(index) || index > mostPresets) throw new IvmRefusal('IVM.10020001');
      presets.set(index, asked.preset_name);
      return { ...named(asked), preset_index: index };
    }),
    serve('deletePreset', (asked) => {
      const { presets } = reached(asked);
      known(presets, asked.preset_index);
      presets.delete(asked.preset_index);
      return { ...named(asked), preset_index: asked.preset_index };
    }),
    serve('updatePreset', (asked) => {
      const { presets } = reached(asked);
      known(presets, asked.preset_index);
      presets.set(asked.preset_index, asked.preset_name);
      return { ...named(asked), preset_index: asked.preset_index, preset_name: asked.preset_name };
    }),
    serve('moveToPreset', (asked) => {
      const ptz = reached(asked);
      use(ptz, asked.control_token);
      known(ptz.presets, Number(asked.preset_index));
      return named(asked);
    }),
    serve('listCruiseTracks', (asked) => ({
      ...named(asked),
      cruises_ids: [...reached(asked).tracks].map(([id, { name, isOpen }]) => ({
        cruises_id: id,
        cruises_name: name,
        enable_cruise: isOpen ? 'OPEN' : 'CLOSE',
      })),
    })),
    serve('showCruiseTrack', (asked) => {
      const { type, name, points } = known(reached(asked).tracks, asked.cruises_id);
      return {
        ...named(asked),
        cruises_id: asked.cruises_id,
        cruise_type: type,
        cruise_name: name,
        cruise_points: points.map((point): Json => ({ ...point, jpg_base64: preview })),
      };
    }),
    serve('createCruiseTrack', (asked) => {
      const ptz = reached(asked);
      checkPoints(ptz, asked.cruise_points);
      const id = free(ptz.tracks);
      const points = asked.cruise_points.map(({ dwel_time: dwell, ...point }) => ({ ...point, dwell_time: dwell }));
      ptz.tracks.set(id, { type: asked.cruise_type, name: asked.cruise_name, points, isOpen: false });
      return { ...named(asked), cruises_id: id };
    }),
    serve('deleteCruiseTrack', (asked) => {
      const { tracks } = reached(asked);
      known(tracks, asked.cruises_id);
      tracks.delete(asked.cruises_id);
      return { ...named(asked), cruises_id: asked.cruises_id };
    }),
    serve('updateCruiseTrack', (asked) => {
      const ptz = reached(asked);
      const { isOpen } = known(ptz.tracks, asked.cruises_id);
      checkPoints(ptz, asked.cruise_points);
      const points = asked.cruise_points.map(({ preset_index, dwel_time: dwell, speedLevel: speed }) => ({
        preset_index,
        dwell_time: dwell,
        speed_level: speed,
      }));
      ptz.tracks.set(asked.cruises_id, { type: asked.cruise_type, name: asked.cruise_name, points, isOpen });
      return { ...named(asked), cruises_id: asked.cruises_id };
    }),
    serve('switchCruiseTrack', (asked) => {
      const track = known(reached(asked).tracks, asked.cruises_id);
      track.isOpen = asked.enable_cruise === 'OPEN';
      return { ...named(asked), cruises_id: asked.cruises_id, enable_cruise: asked.enable_cruise };
    }),
  ];
}
