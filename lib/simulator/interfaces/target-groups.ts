import type { JsonObject } from '#lib/json/exact-json.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import type { DeviceMake } from './device-make.ts';

/** A known person. */
export type Target = {
  id: string;
  /** What the device keeps of the person, by the names of the reference. */
  person: JsonObject;
  /** In base64; `undefined` where no picture is kept. */
  picture: string | undefined;
  externalId: string | undefined;
};

export type TargetGroup = {
  readonly id: number;
  /** It came with the device, and can be neither changed nor deleted. */
  readonly isFixed: boolean;
  name: string;
  kind: string;
  isOpen: boolean;
  readonly targets: Map<string, Target>;
};

type Traits = {
  /** Kinds of groups; the first is that of a group of which none is said. */
  kinds: readonly [string, ...string[]];
  fixed: readonly (readonly [name: string, kind: string])[];
  /** How many groups there may be; -1 without a limit. */
  mostGroups: number;
  hasUniqueNames: boolean;
  /** An IVS1800 has all its groups in use. */
  canClose: boolean;
  /** How many targets one request may carry, and how large their pictures may be together. */
  mostTargets: number;
  mostPictureBytes: number;
  /** Members of a person that the device keeps. `nation` is kept by none. */
  keeps: readonly string[];
};

/** The reference knows one limit of groups, the 128 of an SDC in an example: that of an NVR800 is ours, and soon reached. */
const traits: { readonly [Make in DeviceMake]: Traits } = {
  NVR800: {
    kinds: ['WHITE', 'STRANGE', 'BLACK'],
    fixed: [
      ['白名单', 'WHITE'],
      ['黑名单', 'BLACK'],
      ['陌生人', 'STRANGE'],
    ],
    mostGroups: 16,
    hasUniqueNames: false,
    canClose: true,
    mostTargets: 20,
    mostPictureBytes: 700 * 1024,
    keeps: [
      'name',
      'gender',
      'age',
      'country',
      'native',
      'occupation',
      'work_no',
      'phone',
      'email',
      'domicile',
      'remark',
    ],
  },
  IVS1800: {
    kinds: ['WHITE', 'STRANGE', 'RED'],
    fixed: [],
    mostGroups: -1,
    hasUniqueNames: true,
    canClose: false,
    mostTargets: 20,
    mostPictureBytes: Number.POSITIVE_INFINITY,
    keeps: ['name', 'gender', 'country', 'occupation', 'work_no', 'remark'],
  },
  SDC: {
    kinds: ['OTHER', 'DEFAULT', 'WHITE'],
    fixed: [],
    mostGroups: 128,
    hasUniqueNames: true,
    canClose: true,
    mostTargets: 1,
    mostPictureBytes: Number.POSITIVE_INFINITY,
    keeps: ['name', 'gender', 'native', 'work_no', 'domicile'],
  },
};

type Wanted = { name: string; kind: string | undefined };

/** The groups of targets of one device. */
export type TargetGroups = Traits & {
  make: DeviceMake;
  list(): TargetGroup[];
  /** @throws IvmRefusal for a group that is not there */
  find(id: number): TargetGroup;
  /** @throws IvmRefusal for a kind that the device does not know, a name that is taken, or one group too many */
  create(wanted: Wanted): TargetGroup;
  /** @throws IvmRefusal as `create` does, for a group that is fixed, and for an empty one that is to be used */
  change(id: number, wanted: Wanted & { isOpen: boolean | undefined }): void;
  /** @throws IvmRefusal for a group that is fixed, and for one of an SDC that has targets */
  remove(id: number): void;
  /** Where an NVR800 keeps targets without pictures, which can't be changed; it is there from the first of them on. */
  anonymous(): TargetGroup;
  isAnonymous(group: TargetGroup): boolean;
  /** @throws IvmRefusal for a group that is not there, and for one that nobody can be added to */
  taking(id: number): TargetGroup;
  add(group: TargetGroup, target: Omit<Target, 'id'>): Target;
};

const anonymousKind = 'ANONYMOUS';

export function createTargetGroups(make: DeviceMake): TargetGroups {
  const own = traits[make];
  const groups = new Map<number, TargetGroup>();
  let lastGroup = 0;
  let lastTarget = 0;

  const put = (name: string, kind: string, isFixed: boolean): TargetGroup => {
    lastGroup += 1;
    // No group is used before there is a target in it, but those that came with the device.
    const group = { id: lastGroup, isFixed, name, kind, isOpen: isFixed, targets: new Map() };
    groups.set(group.id, group);
    return group;
  };
  const list = (): TargetGroup[] => [...groups.values()];
  const find = (id: number): TargetGroup => {
    const group = groups.get(id);
    if (group === undefined) throw new IvmRefusal('IVM.20090018');
    return group;
  };
  const changeable = (id: number): TargetGroup => {
    const group = find(id);
    if (group.isFixed) throw new IvmRefusal('IVM.20090024');
    return group;
  };
  const kindOf = ({ kind = own.kinds[0] }: Wanted): string => {
    if (!own.kinds.includes(kind)) throw new IvmRefusal('IVM.10020001');
    return kind;
  };
  const checkName = (name: string, but?: TargetGroup): void => {
    if (own.hasUniqueNames && list().some((group) => group !== but && group.name === name)) {
      throw new IvmRefusal('IVM.20090025');
    }
  };

  for (const [name, kind] of own.fixed) put(name, kind, true);
  return {
    ...own,
    make,
    list,
    find,
    create: (wanted) => {
      const kind = kindOf(wanted);
      checkName(wanted.name);
      if (own.mostGroups !== -1 && groups.size >= own.mostGroups) throw new IvmRefusal('IVM.20090023');
      return put(wanted.name, kind, false);
    },
    change: (id, { isOpen, ...wanted }) => {
      if (own.canClose && isOpen === undefined) throw new IvmRefusal('IVM.10020001');
      const kind = kindOf(wanted);
      const group = changeable(id);
      checkName(wanted.name, group);
      if (own.canClose && isOpen === true && group.targets.size === 0) throw new IvmRefusal('IVM.20090028');
      Object.assign(group, { name: wanted.name, kind, isOpen: isOpen === true });
    },
    remove: (id) => {
      const group = changeable(id);
      if (make === 'SDC' && group.targets.size > 0) throw new IvmRefusal('IVM.20090026');
      groups.delete(id);
    },
    anonymous: () => list().find(({ kind }) => kind === anonymousKind) ?? put('脱敏名单', anonymousKind, true),
    isAnonymous: ({ kind }) => kind === anonymousKind,
    taking: (id) => {
      const group = find(id);
      if (group.kind === 'STRANGE' || group.kind === anonymousKind) throw new IvmRefusal('IVM.20090029');
      return group;
    },
    add: (group, target) => {
      lastTarget += 1;
      const added = { ...target, id: make === 'SDC' ? `${group.id}_${lastTarget}` : String(lastTarget) };
      group.targets.set(added.id, added);
      return added;
    },
  };
}
