import { createHash } from 'node:crypto';
import type { CameraStates, Packages } from '../camera-states.ts';
import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';

/** As chapter 13 names the kinds: access, continuous storage, data flow, storage of motion. */
export type ResourceKind = 'MANAGE' | 'NORMAL' | 'DATAFLOW' | 'MOTION';

export type Resource = {
  id: string;
  kind: ResourceKind;
  name: string;
  /** How many channels it is for; `undefined` on demand. */
  channels: number | undefined;
  /** Days that a package keeps what is stored. */
  days: number | undefined;
};

/** What channels are bound to: packages that were bought, and resources on demand (12, 13). */
export type BoundResources = {
  all: readonly Resource[];
  /** @throws IvmRefusal for an id that is none, and for a resource that is not there */
  find(id: string): Resource;
  /** What a channel has of a kind that is not closed: cameras come with packages, storage is on demand where nobody bound it. */
  of(camera: Camera, kind: ResourceKind): { resource: Resource; days: number | undefined } | undefined;
  /** @param days that something is stored on demand */
  bind(camera: Camera, resource: Resource, days: number | undefined): void;
  release(camera: Camera, kind: ResourceKind): void;
};

const packageOf: { readonly [kind in ResourceKind]: keyof Packages } = {
  MANAGE: 'management',
  NORMAL: 'fullRecord',
  DATAFLOW: 'industryData',
  MOTION: 'eventRecord',
};
export const resourceKinds = Object.keys(packageOf) as ResourceKind[];

/** Packages of access and data flow are for all cameras and some more. */
const spareChannels = 20;

export function createBoundResources(seed: string, states: CameraStates): BoundResources {
  const all = createResources(seed, states.present().length + spareChannels);
  const bindings = new Map<string, { resourceId: string; days: number | undefined }>();
  const keyOf = ({ deviceId, channelId }: Camera, kind: ResourceKind) => `${deviceId}#${channelId}#${kind}`;
  const setPackage = ({ deviceId, channelId }: Camera, kind: ResourceKind, state: 'GRANT' | 'CLOSED') =>
    states.setPackages(deviceId, channelId, { [packageOf[kind]]: state });
  return {
    all,
    find: (id) => {
      if (!/^[A-Za-z0-9]{32}$/.test(id)) throw new IvmRefusal('IVM.20060013');
      const resource = all.find((one) => one.id === id);
      if (resource === undefined) throw new IvmRefusal('IVM.20060001');
      return resource;
    },
    of: (camera, kind) => {
      if (states.packages(camera)[packageOf[kind]] === 'CLOSED') return undefined;
      const binding = bindings.get(keyOf(camera, kind));
      const resource = all.find((one) => (binding === undefined ? isUsual(one, kind) : one.id === binding.resourceId));
      return resource === undefined ? undefined : { resource, days: binding?.days ?? resource.days };
    },
    bind: (camera, resource, days) => {
      bindings.set(keyOf(camera, resource.kind), { resourceId: resource.id, days });
      setPackage(camera, resource.kind, 'GRANT');
    },
    release: (camera, kind) => {
      bindings.delete(keyOf(camera, kind));
      setPackage(camera, kind, 'CLOSED');
    },
  };
}

const isUsual = ({ kind, channels }: Resource, wanted: ResourceKind): boolean =>
  kind === wanted && (channels === undefined) === (kind === 'NORMAL' || kind === 'MOTION');

function createResources(seed: string, channels: number): Resource[] {
  const idOf = (name: string) => createHash('sha256').update(`${seed}|resource|${name}`).digest('hex').slice(0, 32);
  const packages: Omit<Resource, 'id'>[] = [
    { kind: 'MANAGE', name: 'Access package', channels, days: undefined },
    { kind: 'DATAFLOW', name: 'Data flow package', channels, days: 7 },
    { kind: 'NORMAL', name: '30 days of continuous storage', channels: 3, days: 30 },
    { kind: 'MOTION', name: '30 days of motion storage', channels: 3, days: 30 },
  ];
  const onDemand = resourceKinds.map((kind) => ({
    kind,
    name: `${kind} on demand`,
    channels: undefined,
    days: undefined,
  }));
  return [...packages, ...onDemand].map((resource) => ({ ...resource, id: idOf(resource.name) }));
}
