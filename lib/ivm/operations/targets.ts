import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const deviceId = sent.deviceId.describe('id of the device');
const groupId = sent.whole(0, Number.MAX_SAFE_INTEGER).describe('id of the group, as listTargetGroups tells it');
const groupName = sent.textOf(0, 63).describe('name of the group; on SDC and IVS1800 no other group may have it');
const groupTypes = sent.oneOf('WHITE', 'STRANGE', 'BLACK', 'OTHER', 'DEFAULT', 'RED');
const targetIds = z.array(sent.textOf(1, 20)).min(1).max(100);

const typesByDevice =
  'NVR800 knows WHITE, STRANGE and BLACK, SDC OTHER, DEFAULT and WHITE, IVS1800 WHITE, STRANGE and RED';

const NewGroupInput = z.strictObject({
  group_name: groupName,
  device_id: deviceId,
  group_type: groupTypes
    .describe(`kind of the group; ${typesByDevice}; where left out OTHER of an SDC, else WHITE`)
    .optional(),
});

const ChangedGroupInput = z.strictObject({
  device_id: deviceId,
  group_id: groupId,
  group_name: groupName,
  group_type: groupTypes.describe(`kind of the group; ${typesByDevice}`),
  enable: sent
    .oneOf('OPEN', 'CLOSE')
    .describe('whether the group is in use; needed for SDC and NVR, not heeded by IVS1800')
    .optional(),
});

const GroupInput = z.strictObject({
  group_id: groupId,
  device_id: deviceId,
});

const ofRange = z.strictObject({
  count: sent.whole(1, 5000).describe('how many are wanted; 10 where left out').optional(),
  device_id: deviceId,
  group_id: groupId,
  start: sent.whole(0, 5000).describe('where to begin, from 0; 0 where left out').optional(),
});

const personMembers = {
  name: sent
    .textOf(1, 128)
    .describe('name of the person: letters, Chinese ones too, digits, blanks, hyphens and underscores'),
  gender: sent.oneOf('male', 'female').describe('gender'),
  age: sent.whole(1, 255).describe('age in years; NVR800 alone').optional(),
  country: sent.textOf(1, 128).describe('country; not of SDC').optional(),
  nation: sent.textOf(1, 32).describe('ethnic group; without effect at present').optional(),
  native: sent.textOf(1, 128).describe('place of origin; not of IVS1800').optional(),
  occupation: sent.textOf(1, 128).describe('occupation; not of SDC').optional(),
  work_no: sent.textOf(1, 64).describe('number at work, or of the identity card').optional(),
  phone: sent.digits(11, 11).describe('telephone number of 11 digits; NVR800 alone').optional(),
  email: z.string().describe('e-mail address; NVR800 alone').optional(),
  domicile: sent.textOf(1, 256).describe('address; not of IVS1800').optional(),
  remark: sent.textOf(1, 512).describe('remark; not of SDC').optional(),
  jpegBase64: z.string().describe('picture in base64, PNG or JPEG, up to 50 KB and 1200 × 1200 pixels'),
};

const AddedTargetInput = z.strictObject({
  ...personMembers,
  external_target_id: sent
    .textOf(1, 64)
    .describe('id of yours, letters, digits and underscores; needed where an NVR800 stores no picture')
    .optional(),
});

const ChangedTargetInput = z.strictObject({
  target_id: sent.textOf(1, 20).describe('id of the target'),
  ...personMembers,
});

const toldDeviceId = told.text.describe('id of the device');
const toldGroupId = told.whole.describe('id of the group');
const toldTargetId = told.text.describe('id of the target');
const toldExternalId = told.text.describe('id of yours, as it was given when the target was added');

const TargetGroup = told.object({
  group_id: toldGroupId,
  name: told.text.describe('name of the group'),
  enable: told.oneOf('OPEN', 'CLOSE').describe('whether the group is in use; IVS1800 does not say, all of its are'),
  is_fixed: told.flag.describe('whether the group can’t be changed'),
  is_hidden: told.flag.describe('whether the group is hidden, as the white list of an NVR'),
});

const GroupOfDevice = told.answer({
  device_id: toldDeviceId,
  group_id: toldGroupId,
});

/** As the interfaces of version 1 answer: the id is a text. */
const GroupOfDeviceAsText = told.answer({
  device_id: toldDeviceId,
  group_id: told.text.describe('id of the group'),
});

const Target = told.object(
  {
    target_id: toldTargetId,
    name: told.text.describe('name of the person'),
    gender: told.text.describe('gender'),
    age: told.whole.describe('age in years'),
    country: told.text.describe('country'),
    nation: told.text.describe('ethnic group'),
    native: told.text.describe('place of origin'),
    occupation: told.text.describe('occupation'),
    organization: told.text.describe('organisation'),
    work_no: told.text.describe('number at work, or of the identity card'),
    phone: told.text.describe('telephone number'),
    email: told.text.describe('e-mail address'),
    domicile: told.text.describe('address'),
    remark: told.text.describe('remark'),
    eigen_value: told.text.describe('feature of the picture'),
    jpg: told.text.describe('picture in base64'),
    start_time: told.text.describe('from when on it is valid'),
    end_time: told.text.describe('until when it is valid'),
    external_target_id: toldExternalId,
  },
  { jpegBase64: 'jpg' },
);

const AddedTarget = told.object(
  {
    target_id: toldTargetId,
    name: told.text.describe('name of the person'),
    external_target_id: toldExternalId,
    jpegBase64: told.text.describe('picture in base64'),
    result: told.outcome,
  },
  { jpg: 'jpegBase64' },
);

const ChangedTarget = told.object({
  target_id: toldTargetId,
  result: told.outcome,
  external_target_id: toldExternalId,
});

const DeletedTarget = told.object({
  target_id: toldTargetId,
  result: told.outcome,
});

const needsAlgorithm =
  'It takes the algorithm for targets, an NVR800 in its mode for persons and cards, an SDC that compares targets.';
const limitsGroups = 'A device takes no more groups than listTargetGroups tells as group_max_count.';
const keepsGroups =
  'Neither the three groups that an NVR800 comes with nor groups of an SDC that have targets can be deleted.';
const pageOrRow =
  'The reference leaves open whether start counts pages or entries: it is taken for entries, and ends at 5000.';
const byRange = {
  counts: 'rows',
  offset: 'start',
  limit: 'count',
  mostPerPage: 5000,
  lastOffset: 5000,
  total: undefined,
} as const;
const picturesInAll =
  'An NVR800 takes 700 KB of pictures at once; an appendix of the reference wants each of them to be below 40 KB.';
const lettersOrChinese = 'Free texts are documented as letters and digits, but the examples send Chinese.';

/**
 * Groups of known persons, and these persons (chapter 14). IVM.20090018 says that there is no such group, IVM.20090027
 * that there is no such target. A device without the algorithm is refused as IVM.20180025, with status 401.
 */
export const targets = {
  /** Lists the groups of a device, and tells how many it may have (14.1). */
  listTargetGroups: operation({
    section: '14.1',
    summary: 'List the groups of targets of a device.',
    method: 'GET',
    path: '/v1/{user_id}/target-groups',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [needsAlgorithm],
    parameters: sent.nothing,
    query: z.strictObject({
      device_id: deviceId,
    }),
    body: sent.nothing,
    reply: told.answer({
      groups: told.list(TargetGroup).describe('groups of the device'),
      device_id: toldDeviceId,
      group_max_count: told.text.describe('how many groups there may be; -1 without a limit'),
    }),
  }),
  /**
   * Creates a group, and gives its id as a text. IVM.20090023 says that the device has as many as it may, IVM.20090025
   * that the name is taken (14.2).
   */
  createTargetGroup: operation({
    section: '14.2',
    summary: 'Create a group of targets, whose id is told as a text.',
    method: 'POST',
    path: '/v1/{user_id}/target-groups',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, limitsGroups],
    isOnce: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: NewGroupInput,
    reply: GroupOfDeviceAsText,
  }),
  /** Creates a group as `createTargetGroup` does, and gives its id as a number, as other interfaces want it (14.3). */
  createTargetGroupV2: operation({
    section: '14.3',
    summary: 'Create a group of targets, whose id is told as a number.',
    method: 'POST',
    path: '/v2/{user_id}/target-groups',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, limitsGroups],
    isOnce: true,
    parameters: sent.nothing,
    query: sent.nothing,
    body: NewGroupInput,
    reply: GroupOfDevice,
  }),
  /**
   * Renames a group, changes its kind, or takes it into use and out of it; gives its id as a text. Groups that are fixed
   * refuse it as IVM.20090024, and an empty one can't be taken into use: IVM.20090028 (14.4).
   */
  updateTargetGroup: operation({
    section: '14.4',
    summary: 'Change a group of targets, whose id is told as a text.',
    method: 'PUT',
    path: '/v1/{user_id}/target-groups',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [needsAlgorithm],
    parameters: sent.nothing,
    query: sent.nothing,
    body: ChangedGroupInput,
    reply: GroupOfDeviceAsText,
  }),
  /** Changes a group as `updateTargetGroup` does, and gives its id as a number (14.5). */
  updateTargetGroupV2: operation({
    section: '14.5',
    summary: 'Change a group of targets, whose id is told as a number.',
    method: 'PUT',
    path: '/v2/{user_id}/target-groups',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [needsAlgorithm],
    parameters: sent.nothing,
    query: sent.nothing,
    body: ChangedGroupInput,
    reply: GroupOfDevice,
  }),
  /** Deletes a group, and gives its id as a text. IVM.20090026 says that there are still targets in it (14.6). */
  deleteTargetGroup: operation({
    section: '14.6',
    summary: 'Delete a group of targets, whose id is told as a text.',
    method: 'DELETE',
    path: '/v1/{user_id}/target-groups',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, keepsGroups],
    parameters: sent.nothing,
    query: sent.nothing,
    body: GroupInput,
    reply: GroupOfDeviceAsText,
  }),
  /** Deletes a group as `deleteTargetGroup` does, and gives its id as a number (14.7). */
  deleteTargetGroupV2: operation({
    section: '14.7',
    summary: 'Delete a group of targets, whose id is told as a number.',
    method: 'DELETE',
    path: '/v2/{user_id}/target-groups',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, keepsGroups],
    parameters: sent.nothing,
    query: sent.nothing,
    body: GroupInput,
    reply: GroupOfDevice,
  }),
  /** Gets targets with their pictures, by their ids (14.8). */
  queryTargets: operation({
    section: '14.8',
    summary: 'Get targets and their pictures by their ids.',
    method: 'POST',
    path: '/v1/{user_id}/targets',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, 'IVS1800 does not know it.'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_id: deviceId,
      target_ids: targetIds.describe('ids of the targets; of an SDC with the id of the group and an underscore before'),
    }),
    reply: told.answer({
      targets: told.list(Target).describe('targets that were found; of an SDC only the picture and the id of yours'),
    }),
  }),
  /** Lists ids of the targets of a group (14.9). */
  listTargetIds: operation({
    section: '14.9',
    summary: 'List ids of the targets of a group.',
    method: 'GET',
    path: '/v1/{user_id}/targets/ids',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, pageOrRow],
    paging: { ...byRange, entries: 'target_ids' },
    parameters: sent.nothing,
    query: ofRange,
    body: sent.nothing,
    reply: told.answer({
      device_id: toldDeviceId,
      target_ids: told.list(told.text).describe('ids of the targets'),
    }),
  }),
  /** Lists the targets of a group, but of an SDC without their pictures (14.10). */
  listTargets: operation({
    section: '14.10',
    summary: 'List the targets of a group.',
    method: 'GET',
    path: '/v1/{user_id}/targets',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, pageOrRow],
    paging: { ...byRange, entries: 'targets' },
    parameters: sent.nothing,
    query: ofRange,
    body: sent.nothing,
    reply: told.answer({
      device_id: toldDeviceId,
      targets: told.list(Target).describe('targets that were found; of an SDC without their pictures'),
    }),
  }),
  /** Counts the targets of a group (14.11). */
  countTargets: operation({
    section: '14.11',
    summary: 'Count the targets of a group.',
    method: 'GET',
    path: '/v1/{user_id}/targets/count',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [needsAlgorithm],
    parameters: sent.nothing,
    query: GroupInput,
    body: sent.nothing,
    reply: told.answer({
      device_id: toldDeviceId,
      target_count: told.whole.describe('how many targets there are'),
    }),
  }),
  /**
   * Adds persons to a group, and gives the id of each, or why it was not added. A group that takes none, as the group
   * STRANGE that an NVR comes with, is refused as IVM.20090029 (14.12).
   */
  batchAddTargets: operation({
    section: '14.12',
    summary: 'Add targets to a group.',
    method: 'POST',
    path: '/v1/{user_id}/targets/batch-add',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [needsAlgorithm, picturesInAll, lettersOrChinese],
    isOnce: true,
    outcomes: ['targets'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_id: deviceId,
      group_id: groupId,
      targets: z
        .array(AddedTargetInput)
        .min(1)
        .max(20)
        .describe('targets to add: one for an SDC, up to 20 for NVR800, and for IVS1800 from 9.1 on'),
      storage: z
        .boolean()
        .describe('whether pictures are kept, true where left out; else an NVR800 adds to its anonymous group')
        .optional(),
    }),
    reply: told.answer({
      targets: told.list(AddedTarget).describe('what became of each target'),
    }),
  }),
  /** Replaces what is known of persons, and tells of each whether it was done: IVM.20090009 is a failure (14.13). */
  batchUpdateTargets: operation({
    section: '14.13',
    summary: 'Change targets of a group.',
    method: 'PUT',
    path: '/v1/{user_id}/targets',
    effect: 'change',
    protocols: ['HOLO'],
    notes: [
      needsAlgorithm,
      'Targets of which an NVR800 has stored no picture can’t be changed.',
      picturesInAll,
      lettersOrChinese,
    ],
    outcomes: ['target_ids'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_id: deviceId,
      group_id: groupId,
      // A list, as in the example of the reference and its text; its table says a single object.
      targets: z
        .array(ChangedTargetInput)
        .min(1)
        .max(20)
        .describe('targets to change: one for an SDC, up to 20 for NVR800, and for IVS1800 from 9.1 on'),
      storage: z
        .boolean()
        .describe('whether pictures are kept, true where left out; SDC and NVR800 don’t heed it here')
        .optional(),
    }),
    reply: told.answer({
      group_id: toldGroupId,
      target_ids: told.list(ChangedTarget).describe('what became of each target'),
    }),
  }),
  /** Deletes targets of a group, and tells of each whether it was done: IVM.20090008 is a failure (14.14). */
  batchDeleteTargets: operation({
    section: '14.14',
    summary: 'Delete targets of a group.',
    method: 'POST',
    // Singular, unlike the paths of all others.
    path: '/v1/{user_id}/target/batch-delete',
    effect: 'destroy',
    protocols: ['HOLO'],
    notes: [needsAlgorithm],
    outcomes: ['target_ids'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      device_id: deviceId,
      group_id: groupId,
      target_ids: targetIds.describe('ids of the targets'),
    }),
    reply: told.answer({
      group_id: toldGroupId,
      target_ids: told.list(DeletedTarget).describe('what became of each target'),
    }),
  }),
};
