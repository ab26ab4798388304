import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import type { Unbound } from '../device-messages.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { localTime } from '../local-time.ts';
import { type Resource, type ResourceKind, resourceKinds } from './bound-resources.ts';
import { type ChannelIds, named } from './find-channel.ts';
import { resultsOf } from './item-results.ts';
import { fromRow, isWanted } from './listing.ts';
import type { Serve } from './operation-route.ts';
import type { RecordingPlans } from './recording-plans.ts';
import type { Tenant } from './tenant.ts';

/** Chapter 12 has another name for continuous storage. */
const kindOfCode = { MANAGE: 'MANAGE', RECORD: 'NORMAL', DATAFLOW: 'DATAFLOW', MOTION: 'MOTION' } as const;

const mostAtOnce = 100;
const validMs = 365 * 86_400_000;

/** Resources and the channels that are bound to them (12.1, 12.2, 13.1 to 13.3). */
export function createResourceRoutes(serve: Serve, tenant: Tenant, plans: RecordingPlans): Route[] {
  const { states, find, resources, announce, now, timeZone } = tenant;
  const validUntil = localTime(new Date(now().getTime() + validMs), timeZone).plain;

  const channelsOf = ({ id, kind }: Resource): Camera[] =>
    states.present().filter((camera) => resources.of(camera, kind)?.resource.id === id);
  const about = ({ id, kind, name }: Resource) => ({
    resource_id: id,
    resource_name: name,
    resource_type_code: kind,
    resource_state: 'NORMAL',
  });

  const bind = (resource: Resource, ids: ChannelIds, days: number | undefined): void => {
    const camera = find.channel(ids);
    const { kind } = resource;
    const present = resources.of(camera, kind)?.resource;
    if (present?.id === resource.id) throw new IvmRefusal('IVM.20060007');
    const isFromPackageToPackage = present?.channels !== undefined && resource.channels !== undefined;
    if (isFromPackageToPackage) throw new IvmRefusal('IVM.20060011');
    if (kind !== 'MANAGE' && resources.of(camera, 'MANAGE') === undefined) throw new IvmRefusal('IVM.20060026');
    resources.bind(camera, resource, days);
    const kept = days ?? resource.days;
    if (kept === undefined) return;
    const { retention } = plans.of(camera);
    if (kind === 'NORMAL') retention.PLAN_RECORD.change(kept);
    if (kind === 'MOTION') retention.MOTION_RECORD.change(kept);
  };
  /** @returns what was unbound: one that was not bound is no error, as the section says */
  const release = (kind: ResourceKind, ids: ChannelIds): Unbound[] => {
    const camera = find.channel(ids);
    const bound = resources.of(camera, kind);
    if (bound === undefined) return [];
    const hasOthers = resourceKinds.some((other) => other !== kind && resources.of(camera, other) !== undefined);
    if (kind === 'MANAGE' && hasOthers) throw new IvmRefusal('IVM.20060023');
    resources.release(camera, kind);
    return [{ deviceId: camera.deviceId, channelId: camera.channelId, resourceId: bound.resource.id }];
  };
  const boundChannel = (camera: Camera, days: number | undefined): JsonObject => ({
    attrs: days === undefined ? [] : [{ attr_code: 'storage_day', attr_value: days }],
    device_name: camera.deviceName,
    device_id: camera.deviceId,
    channel_id: camera.channelId,
    channel_state: states.isOnline(camera, now()) ? 'ONLINE' : 'OFFLINE',
    channel_name: camera.channelName,
    bind_state: 'NORMAL',
  });

  return [
    serve(
      'batchEnableServices',
      ({ resource_id: id, storage_day: days = 0, channels }) => {
        checkChannels(channels);
        const resource = resources.find(id);
        checkDays(resource, days);
        const present = channelsOf(resource);
        const isNew = ({ device_id: deviceId, channel_id: channelId }: ChannelIds): boolean =>
          states.find(deviceId, channelId) !== undefined &&
          !present.some((camera) => camera.deviceId === deviceId && camera.channelId === channelId);
        const left = (resource.channels ?? Number.POSITIVE_INFINITY) - present.length;
        if (channels.filter(isNew).length > left) throw new IvmRefusal('IVM.20060004');
        const { failed, results } = resultsOf(channels, named, (ids) => {
          bind(resource, ids, days === 0 ? undefined : days);
          return undefined;
        });
        return { failed_num: failed, channels: results };
      },
      { channels: 'IVM.20060015' },
    ),
    serve('batchDisableServices', ({ resource_type_code: code, channels }) => {
      checkChannels(channels);
      const kind = kindOfCode[code];
      const released: Unbound[] = [];
      const { failed, results } = resultsOf(channels, named, (ids) => {
        released.push(...release(kind, ids));
        return undefined;
      });
      announce().unbound(`UNBIND_${kind}`, released);
      return { failed_num: failed, channels: results };
    }),
    serve('listResources', (asked) => {
      const found = resources.all.filter(
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
      const resource = resources.find(asked.resource_id);
      const found = channelsOf(resource);
      return {
        ...about(resource),
        mode: modeOf(resource),
        channels: fromRow(found, asked).map((camera) =>
          boundChannel(camera, resources.of(camera, resource.kind)?.days),
        ),
        total: found.length,
        invalid_num: 0,
        manage_num: found.filter((camera) => resources.of(camera, 'MANAGE') !== undefined).length,
      };
    }),
    serve('listChannelResources', (asked) => {
      const camera = find.channel(asked);
      const bound = resourceKinds.flatMap((kind) => resources.of(camera, kind) ?? []);
      return { ...named(asked), resources: bound.map(({ resource }) => about(resource)) };
    }),
  ];
}

/** An example has a blank after the word. */
const modeOf = ({ channels }: Resource): string => (channels === undefined ? 'ONDEMAND ' : 'PACKAGE ');

function checkChannels(channels: readonly ChannelIds[]): void {
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
