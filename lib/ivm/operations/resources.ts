import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const resourceTypes = ['MANAGE', 'NORMAL', 'DATAFLOW', 'MOTION'] as const;

const Resource = told.object(
  {
    resource_id: told.text.describe('id of the resource'),
    resource_type_code: told
      .oneOf(...resourceTypes)
      .describe('kind of resource: access, continuous storage, data flow, storage of motion'),
    total_num: told.whole.describe('how many channels it is for; -1 for one on demand'),
    usage_num: told.whole.describe('how many channels are bound to it'),
    resource_name: told.text.describe('name of the resource'),
    mode: told.oneOf('PACKAGE', 'ONDEMAND').describe('whether it is a package or on demand'),
    version: told.oneOf('ENTERPRISE', 'ADVANCED', 'OTHER').describe('edition of the resource'),
    resource_state: told
      .oneOf('NORMAL', 'ARREARS', 'UNAVAILABLE')
      .describe('state of the resource; UNAVAILABLE is frozen'),
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
  attrs: told.list(Attribute).describe('limits of the resource'),
  device_name: told.text.describe('name of the device'),
  ...told.channelIds,
  channel_state: told
    .oneOf('UNALLOCATED', 'ONLINE', 'OFFLINE')
    .describe('state of the channel; UNALLOCATED is one that was never registered'),
  channel_name: told.text.describe('name of the channel'),
  bind_state: told.text.describe('whether the channel is bound'),
});

const ResourceOfChannel = told.object({
  resource_id: told.text.describe('id of the resource'),
  resource_name: told.text.describe('name of the resource'),
  resource_type_code: told
    .oneOf(...resourceTypes)
    .describe('kind of resource: access, continuous storage, data flow, storage of motion'),
  resource_state: told
    .oneOf('NORMAL', 'ARREARS', 'UNAVAILABLE')
    .describe('state of the resource; UNAVAILABLE is frozen'),
});

/** Packages and resources on demand (chapter 13). */
export const resources = {
  /** Pages through the package and on-demand resources of the enterprise (13.1). */
  listResources: operation({
    section: '13.1',
    summary: 'Page through the package and on-demand resources of the enterprise.',
    method: 'GET',
    path: '/v1/{user_id}/resources',
    effect: 'read',
    notes: [
      'offset 0 means "the first page" (pages or rows is not said); limit 1-300, default 10.',
      'total_num is the number of purchased channels, -1 for on-demand resources.',
      'On-demand resources of all four kinds exist from the creation of the enterprise.',
    ],
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
      limit: sent.whole(1, 300).describe('entries in an answer; 10 where left out').optional(),
      offset: sent
        .whole(0, 2142147483646)
        .describe('where to begin, 0 for the first page; 0 where left out')
        .optional(),
      resource_id: sent.textOf(32, 32).describe('id of the package, of 32 letters and digits').optional(),
      resource_type_code: sent
        .oneOf(...resourceTypes)
        .describe('kind of resource: access, continuous storage, data flow, storage of motion')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      total: told.whole.describe('how many resources there are'),
      resources: told.list(Resource).describe('resources that were found'),
    }),
  }),
  /** Pages through the channels bound to a resource (13.2). */
  listResourceChannels: operation({
    section: '13.2',
    summary: 'Page through the channels bound to a resource.',
    method: 'GET',
    path: '/v1/{user_id}/resources/{resource_id}/channels',
    effect: 'read',
    notes: ['limit 1-300, default 10.'],
    paging: { counts: 'rows', offset: 'offset', limit: 'limit', mostPerPage: 300, entries: 'channels', total: 'total' },
    parameters: z.strictObject({
      resource_id: sent.textOf(32, 32).describe('id of the package, of 32 letters and digits'),
    }),
    query: z.strictObject({
      limit: sent.whole(1, 300).describe('entries in an answer; 10 where left out').optional(),
      offset: sent.whole(0, 2142147483646).describe('where to begin, from 0').optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      channels: told.list(BoundChannel).describe('channels that were found'),
      resource_type_code: told
        .oneOf(...resourceTypes)
        .describe('kind of resource: access, continuous storage, data flow, storage of motion'),
      resource_name: told.text.describe('name of the resource'),
      resource_id: told.text.describe('id of the resource, as listResources tells it'),
      resource_state: told
        .oneOf('NORMAL', 'ARREARS', 'UNAVAILABLE')
        .describe('state of the resource; UNAVAILABLE is frozen'),
      mode: told.oneOf('PACKAGE', 'ONDEMAND').describe('whether it is a package or on demand'),
      total: told.whole.describe('how many channels there are'),
      invalid_num: told.whole.describe('channels that are not valid'),
      manage_num: told.whole.describe('channels that are managed'),
    }),
  }),
  /** Lists the resources bound to one channel (13.3). */
  listChannelResources: operation({
    section: '13.3',
    summary: 'List the resources bound to one channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/resources',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    parameters: sent.ofChannel,
    query: sent.nothing,
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      resources: told.list(ResourceOfChannel).describe('what was found, or became of each item'),
    }),
  }),
};
