import type { Announcements } from '../announcements.ts';
import type { CameraStates } from '../camera-states.ts';
import type { BoundResources } from './bound-resources.ts';
import type { DeviceGroups } from './device-groups.ts';
import type { DeviceRecords } from './device-records.ts';
import type { ChannelFinder } from './find-channel.ts';

/** What the interfaces that are served as they are declared know of the tenant. */
export type Tenant = {
  states: CameraStates;
  find: ChannelFinder;
  groups: DeviceGroups;
  records: DeviceRecords;
  resources: BoundResources;
  enterpriseId: string;
  /** What is told of what a call has brought about. */
  announce(): Announcements;
  /** Makes its tokens and ids differ from those of another account. */
  seed: string;
  now: () => Date;
  timeZone: string;
};
