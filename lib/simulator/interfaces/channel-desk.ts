import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import type { Camera } from '../cameras.ts';
import { abilitiesOf, createDeviceFacts } from './device-facts.ts';
import { named } from './find-channel.ts';
import { byTime, fromRow, isWanted } from './listing.ts';
import type { Serve } from './operation-route.ts';
import type { Tenant } from './tenant.ts';

/** Channels (7.1 to 7.3). */
export function createChannelRoutes(serve: Serve, tenant: Tenant): Route[] {
  const { states, groups, records, find, announce } = tenant;
  const facts = createDeviceFacts(tenant);

  const aboutChannel = (camera: Camera) => ({
    device_id: camera.deviceId,
    channel_id: camera.channelId,
    channel_name: camera.channelName,
    access_protocol: camera.protocol,
    channel_system_state: facts.systemState(camera),
    channel_resource_state: facts.resources(camera),
    model: camera.model,
    channel_type: 'IPC',
    resolution: null,
  });
  /** What is UNREGISTERED of one channel is UNALLOCATED in the list. */
  const listedState = (camera: Camera): string => {
    const state = facts.channelState(camera);
    return state === 'UNREGISTERED' ? 'UNALLOCATED' : state;
  };
  const listed = (camera: Camera): JsonObject => ({
    ...aboutChannel(camera),
    device_name: camera.deviceName,
    channel_state: listedState(camera),
    channel_ability: ['ptz'],
    create_time: `${facts.time(facts.createdAt(camera))}.0`,
    update_time: `${facts.time(facts.updatedAt(camera))}.0`,
    channel_firmware: null,
    config_state: null,
    device_org_name: groups.of(camera.deviceId).name,
  });

  return [
    serve('updateChannel', (asked) => {
      const { deviceId, channelId } = find.channel(asked);
      states.renameChannel(deviceId, channelId, asked.channel_name);
      records.change(deviceId, {});
      announce().renamed(find.channel(asked));
      return { ...named(asked), channel_name: asked.channel_name };
    }),
    serve('listChannels', (asked) => {
      const found = states
        .present()
        .filter(
          (camera) =>
            isWanted(asked.device_id, camera.deviceId) &&
            isWanted(asked.access_protocol, camera.protocol) &&
            isWanted(asked.channel_state, listedState(camera)) &&
            isWanted(asked.channel_system_state, facts.systemState(camera)) &&
            camera.channelName.includes(asked.channel_name ?? '') &&
            (asked.channel_resource_state === undefined ||
              facts.resources(camera).some((state) => isWanted(asked.channel_resource_state, state))),
        );
      const { sort_by: sortedBy, direction = 'ASC' } = asked;
      const rows = byTime(found, sortedBy === 'update_time' ? facts.updatedAt : facts.createdAt, direction);
      // This interface counts rows, and says how many there are as a text.
      return { total: String(found.length), channels: fromRow(rows, asked).map(listed) };
    }),
    serve('showChannel', (asked) => {
      const camera = find.channel(asked);
      return {
        ...aboutChannel(camera),
        ...facts.cloudAbilities(camera, asked),
        channel_state: facts.channelState(camera),
        channel_ability: abilitiesOf(camera).join(','),
        create_time: facts.time(facts.createdAt(camera)),
        update_time: facts.time(facts.updatedAt(camera)),
        channel_intelligent: camera.countsPeople ? 'flowstatis' : '',
        firmware: camera.firmware,
        sn: camera.deviceId,
        channel_firmware_id: camera.firmware,
      };
    }),
  ];
}
