import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const ChannelInput = z.strictObject({
  ...sent.channelIds,
});

const ChannelResult = told.object({
  ...told.channelIds,
  result: told.outcome,
});

/** Binding channels to resources (chapter 12). */
export const services = {
  /** Binds a resource (access, continuous storage, motion storage or data flow) to channels (12.1). */
  batchEnableServices: operation({
    section: '12.1',
    summary: 'Bind a resource (access, continuous storage, motion storage or data flow) to channels.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/resources',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'A channel can be bound to one resource of each kind; calling again with another resource of the same kind switches it, binding the same one again is an error.',
      'storage_day is required (1-365) for on-demand continuous storage, motion storage and data flow; for package resources it must be omitted or 0.',
      'At most 100 channels per call (IVM.20060015).',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      resource_id: z.string().describe('id of the resource, as listResources tells it'),
      storage_day: z
        .number()
        .min(0)
        .max(365)
        .describe('days of storage, 1 to 365, for storage and data flow on demand; 0 or left out for packages')
        .optional(),
      channels: z.array(ChannelInput).describe('channels of the device or of the request'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('channels that could not be bound'),
        channels: told.list(ChannelResult).describe('channels that were found'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
  /** Unbinds a kind of resource from channels (12.2). */
  batchDisableServices: operation({
    section: '12.2',
    summary: 'Unbind a kind of resource from channels.',
    method: 'DELETE',
    path: '/v1/{user_id}/devices/channels/resources',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Other services have to be disabled before the access service (IVM.20060023).'],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      resource_type_code: sent
        .oneOf('MANAGE', 'RECORD', 'DATAFLOW', 'MOTION')
        .describe(
          'kind of resource that is taken from the channels: access, continuous storage (RECORD), data flow, storage of motion',
        ),
      channels: z.array(ChannelInput).describe('channels of the device or of the request'),
    }),
    reply: told.object(
      {
        failed_num: told.whole.describe('channels that could not be bound'),
        channels: told.list(ChannelResult).describe('channels that were found'),
      },
      { fail_num: 'failed_num', failNum: 'failed_num' },
    ),
  }),
};
