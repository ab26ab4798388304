import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const VersionInput = z.strictObject({
  device_type: z.string().describe('type of the device, as showDevice gives it'),
  firmware: z.string().describe('version of its software, as showDevice gives it'),
  model: z.string().describe('model of the device, as showDevice gives it'),
});

const AbilitiesOfVersion = told.object({
  device_type: told.text.describe('type of the device'),
  model: told.text.describe('model of the device'),
  firmware: told.text.describe('version of its software'),
  abilities: told.text.describe('what it can do, with its limits'),
});

/** What device models and versions can do (chapter 19). */
export const abilities = {
  /** Looks up the capabilities of device models and firmware versions (19.1). */
  batchShowVersionAbilities: operation({
    section: '19.1',
    summary: 'Look up the capabilities of device models and firmware versions.',
    method: 'POST',
    path: '/v1/{user_id}/devices/ability',
    effect: 'read',
    notes: ['device_type, firmware and model come from 6.1.'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      versions: z.array(VersionInput).describe('device types and versions that are asked about'),
      need_specification: z.boolean().describe('whether limits are told as well; false where left out').optional(),
      ability: z.array(z.string()).describe('abilities that are asked about; all of them where left out').optional(),
    }),
    reply: told.object({
      abilities: told.list(AbilitiesOfVersion).describe('abilities by device type and version'),
    }),
  }),
};
