import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const resourceTypes = ['MANAGE', 'NORMAL', 'DATAFLOW', 'MOTION'] as const;
const meaningOfTypes = 'kind of resource: access, continuous storage (NORMAL), data flow, storage of motion';

const resourceId = sent.textOf(32, 32);

/** What the three interfaces tell of a resource alike. */
const resourceMembers = {
  resource_id: told.text.describe('id of the resource'),
  resource_name: told.text.describe('name of the resource'),
  resource_type_code: told.oneOf(...resourceTypes).describe(meaningOfTypes),
  resource_state: told
    .oneOf('NORMAL', 'ARREARS', 'UNAVAILABLE')
    .describe('state of the resource; UNAVAILABLE is frozen'),
};

const mode = told
  .oneOf('PACKAGE', 'ONDEMAND')
  .describe('whether it is a package or on demand; a blank may come after it');

const Resource = told.object(
  {
    ...resourceMembers,
    total_num: told.whole.describe('how many channels it is for; -1 for one on demand'),
    usage_num: told.whole.describe('how many channels are bound to it'),
    mode,
    version: told.oneOf('ENTERPRISE', 'ADVANCED', 'OTHER').describe('edition of the resource'),
    // IVM spells it with a capital.
    Exp_time: told.text.describe('when it ends'),
  },
  { exp_time: 'Exp_time' },
);

const Attribute = told.object({
  attr_code: told
    .oneOf('access_number', 'bandwidth', 'storage_day')
    .describe('what it limits: channels, bandwidth, days of storage'),
  attr_value: told.decimal.describe('how much of that'),
});

const BoundChannel = told.object({
  ...told.channelIds,
  attrs: told.list(Attribute).describe('limits of the resource'),
  device_name: told.text.describe('name of the device'),
  channel_state: told
    .oneOf('UNALLOCATED', 'ONLINE', 'OFFLINE')
    .describe('state of the channel; UNALLOCATED is one that was never registered'),
  channel_name: told.text.describe('name of the channel'),
  bind_state: told.text.describe('whether the channel is bound, such as NORMAL'),
});

const limit = sent.whole(1, 300).describe('entries in an answer; 10 where left out').optional();

// So the sections print it. IVM.10020010 says 2147483646, which nobody will come to.
const offset = sent.whole(0, 2142147483646);

const offsetIsUnclear = 'The reference does not say whether the offset counts rows or pages; it is taken for rows.';

/** Packages that were bought and resources on demand, and the channels that use them (chapter 13). */
export const resources = {
  /**
   * Lists the packages of the user and the resources on demand, piece by piece, and tells how much of each is used.
   * The four kinds on demand are always there, packages once they were bought. A kind that is none gives IVM.20060014,
   * an id that is none IVM.20060013 (13.1).
   */
  listResources: operation({
    section: '13.1',
    summary: 'List packages and resources on demand, piece by piece.',
    method: 'GET',
    path: '/v1/{user_id}/resources',
    effect: 'read',
    notes: [offsetIsUnclear],
    paging: {
      counts: 'rows',
      offset: 'offset',
      limit: 'limit',
      mostPerPage: 300,
      entries: 'resources',
      total: 'total',
    },
    parameters: sent.nothing,
    query: z.strictObject({
      limit,
      offset: offset.describe('where to begin; 0, the beginning, where left out').optional(),
      resource_id: resourceId.describe('id of the package that is wanted, of letters and digits').optional(),
      resource_type_code: sent
        .oneOf(...resourceTypes)
        .describe(meaningOfTypes)
        .optional(),
    }),
    body: sent.nothing,
    reply: told.answer({
      total: told.whole.describe('how many resources there are'),
      resources: told.list(Resource).describe('resources that were found'),
    }),
  }),
  /**
   * Lists the channels that are bound to a resource, piece by piece, and tells of the resource itself. IVM.20060001
   * says that there is no such resource, IVM.20060013 that its id is none (13.2).
   */
  listResourceChannels: operation({
    section: '13.2',
    summary: 'List the channels that are bound to a resource, piece by piece.',
    method: 'GET',
    path: '/v1/{user_id}/resources/{resource_id}/channels',
    effect: 'read',
    notes: [offsetIsUnclear],
    paging: { counts: 'rows', offset: 'offset', limit: 'limit', mostPerPage: 300, entries: 'channels', total: 'total' },
    parameters: z.strictObject({
      resource_id: resourceId.describe('id of the resource, of letters and digits'),
    }),
    query: z.strictObject({
      limit,
      offset: offset.describe('where to begin, from 0').optional(),
    }),
    body: sent.nothing,
    reply: told.answer({
      ...resourceMembers,
      mode,
      channels: told.list(BoundChannel).describe('channels that were found'),
      total: told.whole.describe('how many channels there are'),
      invalid_num: told.whole.describe('channels that are not valid'),
      manage_num: told.whole.describe('channels that are managed'),
    }),
  }),
  /**
   * Lists the resources that one channel is bound to. IVM.10022007 says that there is no such channel, IVM.10022018
   * that it is another enterprise's (13.3).
   */
  listChannelResources: operation({
    section: '13.3',
    summary: 'List the resources that a channel is bound to.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/resources',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['There should be one resource of a kind, but the example has two: count on either.'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.answer({
      ...told.channelIds,
      resources: told.list(told.object(resourceMembers)).describe('resources of the channel'),
    }),
  }),
};
