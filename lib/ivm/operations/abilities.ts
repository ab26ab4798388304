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
  // The reference lists none of the names, so none is declared.
  abilities: told
    .object({})
    .describe('abilities by their names, each with support as a flag; limits, as texts, where they were asked for'),
});

/** What models of devices can do in each version of their software (chapter 19). */
export const abilities = {
  /**
   * Tells what models of devices can do in given versions of their software, for all that are asked about at once.
   * Whether an ability is supported comes as a flag here, and as a text from `showDevice` (19.1).
   */
  batchShowVersionAbilities: operation({
    section: '19.1',
    summary: 'Tell what models of devices can do in given versions of their software.',
    method: 'POST',
    path: '/v1/{user_id}/devices/ability',
    effect: 'read',
    notes: ['The type, model and version of a device are what showDevice gives.'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      versions: z.array(VersionInput).describe('device types and versions that are asked about'),
      need_specification: z.boolean().describe('whether limits are told as well; false where left out').optional(),
      ability: z
        .array(z.string())
        .describe('abilities that are asked about, such as ptz; all of them where left out')
        .optional(),
    }),
    reply: told.answer({
      abilities: told.list(AbilitiesOfVersion).describe('abilities by device type and version'),
    }),
  }),
};
