import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { makeOf, recognisesPersons } from './device-make.ts';
import { resultsOf } from './item-results.ts';
import type { Asked, Serve } from './operation-route.ts';
import { createTargetGroups, type Target, type TargetGroup, type TargetGroups } from './target-groups.ts';
import type { Tenant } from './tenant.ts';

type GroupIds = { device_id: string; group_id: number };
type Person = { jpegBase64: string; [member: string]: string | number | undefined };

/** Groups of known persons and the persons in them (14), kept per device. */
export function createTargetRoutes(serve: Serve, { states, find, now }: Tenant): Route[] {
  const devices = new Map<string, TargetGroups>();

  const groupsOf = (deviceId: string): TargetGroups => {
    const channels = find.device(deviceId);
    const [camera] = channels;
    if (camera.protocol === 'GB28181') throw new IvmRefusal('IVM.20090017');
    const online = channels.filter((one) => states.isOnline(one, now()));
    if (online.length === 0) throw new IvmRefusal('IVM.20000036');
    if (online.every((one) => states.isFrozen(one))) throw new IvmRefusal('IVM.20000035');
    if (!recognisesPersons(camera)) throw new IvmRefusal('IVM.20180025');
    const groups = devices.get(deviceId) ?? createTargetGroups(makeOf(camera));
    devices.set(deviceId, groups);
    return groups;
  };
  const groupOf = ({ device_id: deviceId, group_id: id }: GroupIds): TargetGroup => groupsOf(deviceId).find(id);
  const page = (asked: GroupIds & { start?: number | undefined; count?: number | undefined }): Target[] => {
    const { start = 0, count = 10 } = asked;
    return [...groupOf(asked).targets.values()].slice(start, start + count);
  };

  const create = (asked: Asked<'createTargetGroupV2'>): GroupIds => {
    const { device_id: deviceId, group_name: name, group_type: kind } = asked;
    return { device_id: deviceId, group_id: groupsOf(deviceId).create({ name, kind }).id };
  };
  const change = (asked: Asked<'updateTargetGroupV2'>): GroupIds => {
    const { device_id: deviceId, group_id: id, group_name: name, group_type: kind, enable } = asked;
    const isOpen = enable === undefined ? undefined : enable === 'OPEN';
    groupsOf(deviceId).change(id, { name, kind, isOpen });
    return { device_id: deviceId, group_id: id };
  };
  const remove = ({ device_id: deviceId, group_id: id }: GroupIds): GroupIds => {
    groupsOf(deviceId).remove(id);
    return { device_id: deviceId, group_id: id };
  };

  return [
    serve('listTargetGroups', (asked) => {
      const groups = groupsOf(asked.device_id);
      return {
        groups: groups.list().map((group) => toldGroup(groups, group)),
        device_id: asked.device_id,
        // A number as in the example, where the table says text (trap 79).
        group_max_count: groups.mostGroups,
      };
    }),
    serve('createTargetGroup', (asked) => withTextId(create(asked))),
    serve('createTargetGroupV2', create),
    serve('updateTargetGroup', (asked) => withTextId(change(asked))),
    serve('updateTargetGroupV2', change),
    serve('deleteTargetGroup', (asked) => withTextId(remove(asked))),
    serve('deleteTargetGroupV2', remove),
    serve(
      'queryTargets',
      (asked) => {
        const groups = groupsOf(asked.device_id);
        if (groups.make === 'IVS1800') throw new IvmRefusal('IVM.20160001');
        const found = asked.target_ids.flatMap((id) => groups.list().flatMap(({ targets }) => targets.get(id) ?? []));
        if (found.length === 0) throw new IvmRefusal('IVM.20090027');
        return {
          // An SDC does not even say which targets these are, unless they were given ids of the caller's.
          targets: found.map((target) =>
            groups.make === 'SDC' ? { ...pictureOf(target), ...externalIdOf(target) } : toldTarget(target),
          ),
        };
      },
      targetCodes,
    ),
    serve('listTargetIds', (asked) => ({
      device_id: asked.device_id,
      target_ids: page(asked).map(({ id }) => id),
    })),
    serve('listTargets', (asked) => {
      const { make } = groupsOf(asked.device_id);
      return {
        device_id: asked.device_id,
        targets: page(asked).map((target) => toldTarget(make === 'SDC' ? { ...target, picture: undefined } : target)),
      };
    }),
    serve('countTargets', (asked) => ({ device_id: asked.device_id, target_count: groupOf(asked).targets.size })),
    serve(
      'batchAddTargets',
      (asked) => {
        const groups = groupsOf(asked.device_id);
        const { targets, storage = true } = asked;
        checkBatch(groups, targets);
        const group = groups.taking(asked.group_id);
        const isAnonymous = groups.make === 'NVR800' && !storage;
        if (isAnonymous && targets.some((one) => one.external_target_id === undefined)) {
          throw new IvmRefusal('IVM.10020001');
        }
        const { results } = resultsOf(
          targets,
          ({ name, external_target_id: externalId }) => present({ name, external_target_id: externalId }),
          ({ external_target_id: externalId, ...person }) => {
            if (!isPicture(person.jpegBase64)) throw new IvmRefusal('IVM.20090014');
            const picture = storage ? person.jpegBase64 : undefined;
            const kept = { person: keptOf(groups, person), picture, externalId };
            const { id } = groups.add(isAnonymous ? groups.anonymous() : group, kept);
            return present({ target_id: id, jpegBase64: picture });
          },
        );
        return { targets: results };
      },
      targetCodes,
    ),
    serve(
      'batchUpdateTargets',
      (asked) => {
        const groups = groupsOf(asked.device_id);
        checkBatch(groups, asked.targets);
        const group = groups.find(asked.group_id);
        // An IVS1800 alone heeds it here.
        const isKept = groups.make !== 'IVS1800' || asked.storage !== false;
        const { results } = resultsOf(
          asked.targets,
          ({ target_id: id }) => ({ target_id: id }),
          ({ target_id: id, ...person }) => {
            const target = group.targets.get(id);
            const canChange = target !== undefined && !groups.isAnonymous(group);
            if (!canChange || !isPicture(person.jpegBase64)) throw new IvmRefusal('IVM.20090009');
            target.person = keptOf(groups, person);
            target.picture = isKept ? person.jpegBase64 : undefined;
            return externalIdOf(target);
          },
        );
        return { group_id: group.id, target_ids: results };
      },
      targetCodes,
    ),
    serve(
      'batchDeleteTargets',
      (asked) => {
        const group = groupOf(asked);
        const { results } = resultsOf(
          asked.target_ids,
          (id) => ({ target_id: id }),
          (id) => {
            if (!group.targets.delete(id)) throw new IvmRefusal('IVM.20090008');
            return undefined;
          },
        );
        return { group_id: group.id, target_ids: results };
      },
      targetCodes,
    ),
  ];
}

const targetCodes = {
  target_id: 'IVM.20090002',
  target_ids: 'IVM.20090002',
  targets: { tooFew: 'IVM.20090007', tooMany: 'IVM.10027006' },
} as const;

/** As version 1 answers, though it is asked by the number (trap 12). */
const withTextId = ({ group_id: id, ...ids }: GroupIds): JsonObject => ({ ...ids, group_id: String(id) });

const toldGroup = (groups: TargetGroups, { id, name, kind, isOpen, isFixed }: TargetGroup): JsonObject => ({
  group_id: id,
  name,
  ...(groups.canClose ? { enable: isOpen ? 'OPEN' : 'CLOSE' } : {}),
  is_fixed: isFixed,
  is_hidden: groups.make === 'NVR800' && kind === 'WHITE',
});

const toldTarget = (target: Target): JsonObject => ({
  target_id: target.id,
  ...target.person,
  ...(target.picture === undefined ? {} : { eigen_value: featureOf(target.picture) }),
  ...pictureOf(target),
  ...externalIdOf(target),
});

/** The picture under its name in the examples, which is `jpg` in the tables (trap 74). */
const pictureOf = ({ picture }: Target): JsonObject => present({ jpegBase64: picture });

/** Stands for what an algorithm makes of a picture: the same for the same picture. */
const featureOf = (picture: string): string => createHash('sha256').update(picture).digest('base64');

const externalIdOf = ({ externalId }: Target): JsonObject => present({ external_target_id: externalId });

const present = (members: { readonly [name: string]: Json | undefined }): JsonObject =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** What a device has no use for it forgets without a word. */
const keptOf = ({ keeps }: TargetGroups, person: Person): JsonObject =>
  present(Object.fromEntries(keeps.map((name) => [name, person[name]])));

function checkBatch(groups: TargetGroups, targets: readonly Person[]): void {
  if (targets.length > groups.mostTargets) throw new IvmRefusal('IVM.10027006');
  const pictureBytes = targets.reduce((sum, { jpegBase64 }) => sum + Buffer.byteLength(jpegBase64, 'base64'), 0);
  if (pictureBytes > groups.mostPictureBytes) throw new IvmRefusal('IVM.10020002');
}

/** JPEG or PNG, by the bytes that they begin with. */
const isPicture = (base64: string): boolean => /^(?:\/9j\/|iVBORw0KGgo)/.test(base64);
