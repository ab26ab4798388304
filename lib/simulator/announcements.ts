import type { MessageType } from '#lib/callback/subscriptions.ts';
import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from './cameras.ts';
import { type UnbindType, type Unbound, writeChannelName, writeUnbound } from './device-messages.ts';
import type { MessageWorld } from './message-world.ts';

/** What IVM tells of once a call has brought it about: whoever deletes a device is told that it was unbound. */
export type Announcements = {
  unbound(type: UnbindType, unbound: readonly Unbound[]): void;
  renamed(camera: Camera): void;
};

/** @param send sends what is written where its subscription says, and does not fail */
export const createAnnouncements = (
  world: MessageWorld,
  send: (messageType: MessageType, data: JsonObject) => void,
): Announcements => ({
  unbound: (type, unbound) => {
    if (unbound.length > 0) send('device_unbind', writeUnbound(type, unbound));
  },
  renamed: (camera) =>
    send(
      'device_status',
      writeChannelName(world, camera, () => camera.channelName),
    ),
});
