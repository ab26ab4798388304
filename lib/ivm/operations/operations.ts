import { abilities } from './abilities.ts';
import { accessTokens } from './access-tokens.ts';
import { callbacks } from './callbacks.ts';
import { channels } from './channels.ts';
import { deviceGroups } from './device-groups.ts';
import { devices } from './devices.ts';
import { media } from './media.ts';
import { pictures } from './pictures.ts';
import { presets } from './presets.ts';
import { ptz } from './ptz.ts';
import { recording } from './recording.ts';
import { resources } from './resources.ts';
import { securityKeys } from './security-keys.ts';
import { services } from './services.ts';
import { snapshots } from './snapshots.ts';
import { statistics } from './statistics.ts';
import { streams } from './streams.ts';
import { targetAuthorization } from './target-authorization.ts';
import { targets } from './targets.ts';

/** Operations by what they are about, in the order of the reference. */
export const chapters = {
  accessTokens,
  deviceGroups,
  devices,
  channels,
  ptz,
  media,
  callbacks,
  pictures,
  snapshots,
  statistics,
  recording,
  services,
  resources,
  targets,
  presets,
  securityKeys,
  streams,
  targetAuthorization,
  abilities,
} as const;

/** Every interface that the reference documents, by the name that it has here. */
export const operations = {
  ...accessTokens,
  ...deviceGroups,
  ...devices,
  ...channels,
  ...ptz,
  ...media,
  ...callbacks,
  ...pictures,
  ...snapshots,
  ...statistics,
  ...recording,
  ...services,
  ...resources,
  ...targets,
  ...presets,
  ...securityKeys,
  ...streams,
  ...targetAuthorization,
  ...abilities,
};
export type Operations = typeof operations;
export type OperationName = keyof Operations;
