import { IvmRefusal } from '../ivm-refusal.ts';
import { seededRandom } from '../seeded-random.ts';

export type DeviceGroup = {
  id: string;
  name: string;
  /** Of the group above; none has the root. */
  parentId: string | undefined;
  /** 0 of the root, 1 right below it. */
  level: number;
};

/** The tree that devices are sorted into (chapter 5). All devices begin in the one group that is right below the root. */
export type DeviceGroups = {
  /** @throws IvmRefusal for a group that is not there */
  find(id: string): DeviceGroup;
  all(): DeviceGroup[];
  /** Groups right below one. */
  below(id: string): DeviceGroup[];
  /** A group and all that is below it. */
  within(id: string): DeviceGroup[];
  /** @throws IvmRefusal for a name that is taken there, and where the tree would become too deep */
  create(name: string, parentId: string): DeviceGroup;
  /** @throws IvmRefusal for a name that is taken there */
  rename(id: string, name: string): DeviceGroup;
  delete(id: string): void;
  /** Group of a device; the first one where it had another that is gone. */
  of(deviceId: string): DeviceGroup;
  move(deviceId: string, groupId: string): void;
};

export const rootGroupId = '0';
const firstGroupId = '1234567890';
/** The reference says that there is a limit, and not which. */
const deepestLevel = 10;

export function createDeviceGroups(seed: string): DeviceGroups {
  const root: DeviceGroup = { id: rootGroupId, name: 'Simulated enterprise', parentId: undefined, level: 0 };
  const first: DeviceGroup = { id: firstGroupId, name: 'All devices', parentId: root.id, level: 1 };
  const groups = new Map([root, first].map((group) => [group.id, group]));
  const groupOfDevice = new Map<string, string>();
  const random = seededRandom(`${seed}|groups`);

  const find = (id: string): DeviceGroup => {
    const group = groups.get(id);
    if (group === undefined) throw new IvmRefusal('IVM.20001001');
    return group;
  };
  const below = (id: string) => [...groups.values()].filter(({ parentId }) => parentId === id);
  const checkName = (name: string, parentId: string | undefined) => {
    const isTaken = [...groups.values()].some((group) => group.parentId === parentId && group.name === name);
    if (isTaken) throw new IvmRefusal('IVM.20001004');
  };
  const within = (id: string): DeviceGroup[] => [find(id), ...below(id).flatMap((group) => within(group.id))];

  return {
    find,
    all: () => [...groups.values()],
    below,
    within,
    create: (name, parentId) => {
      const parent = groups.get(parentId);
      if (parent === undefined) throw new IvmRefusal('IVM.20001006');
      if (parent.level >= deepestLevel) throw new IvmRefusal('IVM.20001007');
      checkName(name, parentId);
      // Nineteen digits, as ids of IVM have them: more than a double can hold.
      const group = { id: `9${random.digits(18)}`, name, parentId, level: parent.level + 1 };
      groups.set(group.id, group);
      return group;
    },
    rename: (id, name) => {
      const group = find(id);
      if (group.name !== name) checkName(name, group.parentId);
      const renamed = { ...group, name };
      groups.set(id, renamed);
      return renamed;
    },
    delete: (id) => {
      groups.delete(id);
    },
    of: (deviceId) => groups.get(groupOfDevice.get(deviceId) ?? firstGroupId) ?? first,
    move: (deviceId, groupId) => {
      groupOfDevice.set(deviceId, groupId);
    },
  };
}
