import type { Camera } from '../cameras.ts';

/** Devices as chapters 14 and 16 tell them apart; an SDC is a camera that is connected directly. */
export type DeviceMake = 'NVR800' | 'IVS1800' | 'SDC';

export const makeOf = ({ deviceType }: Camera): DeviceMake => {
  if (deviceType === 'NVR') return 'NVR800';
  return deviceType === 'MEdge' ? 'IVS1800' : 'SDC';
};

/**
 * Whether a device has the algorithm that recognises persons. Here that is every IVS1800, which is made for it, and whatever
 * else counts people, hence looks at an entrance or a shop. The camera of the junction has none.
 */
export const recognisesPersons = (camera: Camera): boolean =>
  camera.protocol === 'HOLO' && (camera.countsPeople || makeOf(camera) === 'IVS1800');
