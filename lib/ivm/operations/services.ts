import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const channels = z.array(z.strictObject(sent.channelIds)).describe('channels that it is about, up to 100');

/** Resources given to channels and taken from them: access, storage and data flow (chapter 12). */
export const services = {
  /**
   * Binds channels to a resource, and tells of each whether it is bound now. A channel has one resource of a kind, of a
   * package or on demand: another one of that kind takes its place. Of a channel, IVM.20060007 says that it is bound
   * to this one already, IVM.20060011 that it can't change from package to package, and IVM.20060012 that its resource
   * is frozen. The whole is refused where the package has too few channels left (IVM.20060004), with more than 100
   * channels (IVM.20060015), and for days of storage that are wrong (IVM.20060017) or may not be set (IVM.20060018)
   * (12.1).
   */
  batchEnableServices: operation({
    section: '12.1',
    summary: 'Bind channels to a resource.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/resources',
    effect: 'change',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Another resource of a kind takes the place of the one that a channel has; the same one again is an error.',
      'The section lets packages of a kind replace each other, the table of codes has IVM.20060011 that refuses it.',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      resource_id: z.string().describe('id of the resource, of 32 letters and digits, as listResources tells it'),
      storage_day: z
        .number()
        .min(0)
        .max(365)
        .describe('days of storage: 1 to 365 for storage and data flow on demand; 0 or left out for packages')
        .optional(),
      channels,
    }),
    reply: told.channelOutcomes,
  }),
  /**
   * Takes the resource of one kind from channels, and tells of each whether it is free of it now. Access goes last:
   * while storage or data flow is bound it is refused (IVM.20060023). One that is not bound is said to be no error, yet
   * IVM.20060010 may tell of it (12.2).
   */
  batchDisableServices: operation({
    section: '12.2',
    summary: 'Take a kind of resource from channels.',
    method: 'DELETE',
    path: '/v1/{user_id}/devices/channels/resources',
    effect: 'destroy',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Access can be taken only from channels without storage and data flow.',
      'Continuous storage is RECORD here, and NORMAL in listResources.',
    ],
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      resource_type_code: sent
        // RECORD is right: the kinds of chapter 13 name the same thing NORMAL.
        .oneOf('MANAGE', 'RECORD', 'DATAFLOW', 'MOTION')
        .describe('kind of resource: access, continuous storage, data flow, storage of motion'),
      channels,
    }),
    reply: told.channelOutcomes,
  }),
};
