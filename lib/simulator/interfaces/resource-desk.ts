import { createHash } from 'node:crypto';
import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import type { Packages } from '../camera-states.ts';
import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { localTime } from '../local-time.ts';
import type { Tenant } from './declared-routes.ts';
import { type ChannelIds, named } from './find-channel.ts';
import { resultsOf } from './item-results.ts';
import { fromRow, isWanted } from './listing.ts';
import type { Serve } from './operation-route.ts';

/** As chapter 13 names the kinds: access, continuous storage, data flow, storage of motion. */
type Kind = 'MANAGE' | 'NORMAL' | 'DATAFLOW' | 'MOTION';

type Resource = {
  id: string;
  kind: Kind;
  name: string;
  /** How many channels it is for; `undefined` on demand. */
  channels: number | undefined;
  /** Days that a package of storage keeps what it stores. */
  days: number | undefined;
};

const packageOf: { readonly [kind in Kind]: keyof Packages } = {
  MANAGE: 'management',
  NORMAL: 'fullRecord',
  DATAFLOW: 'industryData',
  MOTION: 'eventRecord',
};
const kinds = Object.keys(packageOf) as Kind[];
/** Chapter 12 has another name for continuous storage. */
const kindOfCode = { MANAGE: 'MANAGE', RECORD: 'NORMAL', DATAFLOW: 'DATAFLOW', MOTION: 'MOTION' } as const;

const mostAtOnce = 100;
/** Packages of access and data flow are for all cameras and some more. */
const spareChannels = 20;
const validMs = 365 * 86_400_000;

/** Resources and the channels that are bound to them (12.1, 12.2, 13.1 to 13.3). */
export function createResourceRoutes(serve: Serve, { states, find, seed, now, timeZone }: Tenant): Route[] {
  const resources = createResources(seed, states.present().length + spareChannels);
  const validUntil = localTime(new Date(now().getTime() + validMs), timeZone).plain;
  const bindings = new Map<string, { resourceId: string; days: number | undefined }>();

  const keyOf = ({ deviceId, channelId }: Camera, kind: Kind) => `${deviceId}#${channelId}#${kind}`;
  const resourceOf = (id: string): Resource => {
    if (!/^[A-Za-z0-9]{32}$/.test(id)) throw new IvmRefusal('IVM.20060013');
    const resource = resources.find((one) => one.id === id);
    if (resource === undefined) throw new IvmRefusal('IVM.20060001');
    return resource;
  };
  /** What a channel has of a kind; cameras come with the packages, or on demand where there are none. */
  const bound = (camera: Camera, kind: Kind): { resource: Resource; days: number | undefined } | undefined => {
    if (states.packages(camera)[packageOf[kind]] === 'CLOSED') return undefined;
    const binding = bindings.get(keyOf(camera, kind));
    const resource = resources.find((one) =>
      binding === undefined ? one.kind === kind : one.id === binding.resourceId,
    );
    return resource === undefined ? undefined : { resource, days: binding?.days ?? resource.days };
  };
  const channelsOf = ({ id, kind }: Resource): Camera[] =>
    states.present().filter((camera) => bound(camera, kind)?.resource.id === id);
  /** An example has a blank after the word. */
  const modeOf = ({ channels }: Resource) => (channels === undefined ? 'ONDEMAND ' : 'PACKAGE ');
  const about = ({ id, kind, name }: Resource) => ({
    resource_id: id,
    resource_name: name,
    resource_type_code: kind,
    resource_state: 'NORMAL',
  });

  const bind = (resource: Resource, ids: ChannelIds, days: number | undefined): void => {
    const camera = find.channel(ids);
    const { kind } = resource;
    const present = bound(camera, kind)?.resource;
    if (present?.id === resource.id) throw new IvmRefusal('IVM.20060007');
    const isFromPackageToPackage = present?.channels !== undefined && resource.channels !== undefined;
    if (isFromPackageToPackage) throw new IvmRefusal('IVM.20060011');
    if (kind !== 'MANAGE' && bound(camera, 'MANAGE') === undefined) throw new IvmRefusal('IVM.20060026');
    bindings.set(keyOf(camera, kind), { resourceId: resource.id, days });
    states.setPackages(camera.deviceId, camera.channelId, { [packageOf[kind]]: 'GRANT' });
  };
  const release = (kind: Kind, ids: ChannelIds): void => {
    const camera = find.channel(ids);
    if (kind === 'MANAGE' && kinds.some((other) => other !== kind && bound(camera, other) !== undefined)) {
      throw new IvmRefusal('IVM.20060023');
    }
    // One that is not bound is no error, as the section says.
    bindings.delete(keyOf(camera, kind));
    states.setPackages(camera.deviceId, camera.channelId, { [packageOf[kind]]: 'CLOSED' });
  };
  const boundChannel = (resource: Resource, camera: Camera): JsonObject => {
    const days = bound(camera, resource.kind)?.days;
    return {
      attrs: days === undefined ? [] : [{ attr_code: 'storage_day', attr_value: days }],
      device_name: camera.deviceName,
      device_id: camera.deviceId,
      channel_id: camera.channelId,
      channel_state: states.isOnline(camera, now()) ? 'ONLINE' : 'OFFLINE',
      channel_name: camera.channelName,
      bind_state: 'NORMAL',
    };
  };

  return [
    serve(
      'batchEnableServices',
      ({ resource_id: id, storage_day: days = 0, channels }) => {
        checkCount(channels);
        const resource = resourceOf(id);
        checkDays(resource, days);
        const unbound = channels.filter(
          (ids) => states.find(ids.device_id, ids.channel_id) !== undefined && !isBoundTo(ids, resource),
        ).length;
        const left = (resource.channels ?? Number.POSITIVE_INFINITY) - channelsOf(resource).length;
        if (unbound > left) throw new IvmRefusal('IVM.20060004');
        const { failed, results } = resultsOf(channels, named, (ids) => {
          bind(resource, ids, days === 0 ? undefined : days);
        });
        return { failed_num: failed, channels: results };
      },
      { channels: 'IVM.20060015' },
    ),
    serve('batchDisableServices', ({ resource_type_code: code, channels }) => {
      checkCount(channels);
      const { failed, results } = resultsOf(channels, named, (ids) => {
        release(kindOfCode[code], ids);
      });
      return { failed_num: failed, channels: results };
    }),
    serve('listResources', (asked) => {
      const found = resources.filter(
        ({ id, kind }) => isWanted(asked.resource_id, id) && isWanted(asked.resource_type_code, kind),
      );
      return {
        total: found.length,
        resources: fromRow(found, asked).map((resource) => ({
          ...about(resource),
          total_num: resource.channels ?? -1,
          usage_num: channelsOf(resource).length,
          mode: modeOf(resource),
          version: 'ENTERPRISE',
          // The one member of all that begins with a capital.
          Exp_time: validUntil,
        })),
      };
    }),
    serve('listResourceChannels', (asked) => {
      const resource = resourceOf(asked.resource_id);
      const found = channelsOf(resource);
      return {
        ...about(resource),
        mode: modeOf(resource),
        channels: fromRow(found, asked).map((camera) => boundChannel(resource, camera)),
        total: found.length,
        invalid_num: 0,
        manage_num: found.filter((camera) => bound(camera, 'MANAGE') !== undefined).length,
      };
    }),
    serve('listChannelResources', (asked) => {
      const camera = find.channel(asked);
      return {
        ...named(asked),
        resources: kinds.flatMap((kind) => {
          const binding = bound(camera, kind);
          return binding === undefined ? [] : [about(binding.resource)];
        }),
      };
    }),
  ];

  function isBoundTo(ids: ChannelIds, { id, kind }: Resource): boolean {
    return bound(find.channel(ids), kind)?.resource.id === id;
  }
}

function checkCount(channels: readonly ChannelIds[]): void {
  if (channels.length === 0 || channels.length > mostAtOnce) throw new IvmRefusal('IVM.20060015');
  const keys = new Set(channels.map(({ device_id, channel_id }) => `${device_id}#${channel_id}`));
  if (keys.size < channels.length) throw new IvmRefusal('IVM.20060022');
}

/** Storage and data flow on demand need days, packages have theirs (12.1). */
function checkDays({ kind, channels }: Resource, days: number): void {
  const takesDays = channels === undefined && kind !== 'MANAGE';
  if (takesDays && days === 0) throw new IvmRefusal('IVM.20060017');
  if (!takesDays && days !== 0) throw new IvmRefusal('IVM.20060018');
}

/** Packages first: where a kind has one, cameras come with it. */
function createResources(seed: string, channels: number): Resource[] {
  const idOf = (name: string) => createHash('sha256').update(`${seed}|resource|${name}`).digest('hex').slice(0, 32);
  const packages: Omit<Resource, 'id'>[] = [
    { kind: 'MANAGE', name: 'Access package', channels, days: undefined },
    { kind: 'DATAFLOW', name: 'Data flow package', channels, days: 7 },
    { kind: 'NORMAL', name: '30 days of continuous storage', channels: 3, days: 30 },
    { kind: 'MOTION', name: '30 days of motion storage', channels: 3, days: 30 },
  ];
  const onDemand = kinds.map((kind) => ({ kind, name: `${kind} on demand`, channels: undefined, days: undefined }));
  return [...packages, ...onDemand].map((resource) => ({ ...resource, id: idOf(resource.name) }));
}
