import type { Channel } from '#lib/ivm/inventory-client.ts';

/** State of one package of a channel; `unknown` where IVM does not list it. */
export type PackageState = 'granted' | 'arrears' | 'closed' | 'unknown';

export type ChannelPackages = {
  /** Without it nothing of the camera can be seen. */
  access: PackageState;
  /** Without it a camera sends no data (reference 10.1.1). */
  industryData: PackageState;
  isFrozen: boolean;
  /** `no-package`: the channel can't send data. */
  status: 'granted' | 'no-package';
  /** What keeps the channel from sending data. */
  lacking: ('access' | 'industry-data' | 'frozen')[];
};

const frozen = 'UNAVAILABLE_FROZEN';
const stateOfSuffix: readonly (readonly [suffix: string, state: PackageState])[] = [
  ['GRANT', 'granted'],
  ['ARREAR', 'arrears'],
  ['CLOSED', 'closed'],
];

/**
 * What packages a channel has (7.2 `channel_resource_state`), told apart as granted, in arrears, closed, and frozen.
 *
 * @param isDeviceFrozen the device itself is frozen, and all of its channels with it
 */
export function channelPackages(
  channel: Pick<Channel, 'channel_resource_state' | 'channel_system_state'>,
  isDeviceFrozen: boolean,
): ChannelPackages {
  const stateOf = (prefix: string): PackageState =>
    stateOfSuffix.find(([suffix]) => channel.channel_resource_state.includes(`${prefix}_${suffix}`))?.[1] ?? 'unknown';
  const access = stateOf('MANAGEMENT');
  const industryData = stateOf('INDUSTRY_DATA');
  const isFrozen = isDeviceFrozen || channel.channel_system_state === frozen;
  const lacking: ChannelPackages['lacking'] = [];
  if (isMissing(access)) lacking.push('access');
  if (isMissing(industryData)) lacking.push('industry-data');
  if (isFrozen) lacking.push('frozen');
  return { access, industryData, isFrozen, status: lacking.length === 0 ? 'granted' : 'no-package', lacking };
}

export const isFrozenState = (systemState: string): boolean => systemState === frozen;

const isMissing = (state: PackageState): boolean => state === 'arrears' || state === 'closed';
