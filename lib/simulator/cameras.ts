import { seededRandom } from './seeded-random.ts';

/** What a camera looks at, and hence what it can report. */
export type View = 'road' | 'entrance' | 'shop' | 'yard';

export type Camera = {
  /** Position in the list; part of the ids that the simulator gives out, so that it can be found again by them. */
  index: number;
  deviceId: string;
  deviceName: string;
  deviceType: string;
  protocol: 'HOLO' | 'GB28181';
  /** The device counts people who cross a line (`flowstatis`, reference 20.5). */
  countsPeople: boolean;
  channelId: string;
  channelName: string;
  view: View;
  model: string;
  firmware: string;
  imageWidth: number;
  imageHeight: number;
  /** Identifier of the video source. */
  sdcUuid: string;
  /** A camera whose clock was never set: its times count from its start (reference 10.1.4.5.5). */
  hasUnsetClock: boolean;
};

type Site = {
  name: string;
  type: string;
  protocol: 'HOLO' | 'GB28181';
  channels: readonly (readonly [name: string, view: View])[];
};

const sites: readonly Site[] = [
  {
    name: '园区北门 NVR',
    type: 'NVR',
    protocol: 'HOLO',
    channels: [
      ['北门车道', 'road'],
      ['北门人行通道', 'entrance'],
      ['North yard 北院', 'yard'],
    ],
  },
  {
    name: 'Car park IVS1800',
    type: 'MEdge',
    protocol: 'HOLO',
    channels: [
      ['停车场入口 Car park in', 'road'],
      ['Level B1', 'road'],
    ],
  },
  { name: '旗舰店 Shop 3', type: 'IPC-BOX', protocol: 'HOLO', channels: [['收银台 Queue', 'shop']] },
  { name: 'Lobby 大堂', type: 'IPC-CONCH', protocol: 'HOLO', channels: [['Lobby 大堂', 'entrance']] },
  { name: '十字路口 Junction 7', type: 'IPC-BULLET', protocol: 'HOLO', channels: [['东进口', 'road']] },
  { name: '仓库 Warehouse', type: 'IPC-BULLET', protocol: 'GB28181', channels: [['仓库后门', 'yard']] },
];

/** Recorders of one more district, as many as it takes to have a number of cameras. */
const moreSites = (channels: number): Site[] =>
  Array.from({ length: Math.ceil(channels / channelsPerRecorder) }, (_, site) => ({
    name: `District ${site + 1} NVR`,
    type: 'NVR',
    // Every fifth recorder speaks the national standard, and counts nobody.
    protocol: site % 5 === 4 ? 'GB28181' : 'HOLO',
    channels: Array.from(
      { length: Math.min(channelsPerRecorder, channels - site * channelsPerRecorder) },
      (__, channel) => [`District ${site + 1} camera ${channel}`, views[channel % views.length] ?? 'yard'] as const,
    ),
  }));

const channelsPerRecorder = 8;
const views: readonly View[] = ['entrance', 'road', 'shop', 'yard'];

/**
 * The cameras of the simulated tenant. Ids follow the seed; the numbers in them belong to no real device.
 *
 * @param count how many there are; those beyond the first nine are all alike
 */
export function createCameras(seed: string, count = 0): Camera[] {
  const random = seededRandom(`${seed}|cameras`);
  const uuid = () =>
    random
      .bytes(16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const own = sites.reduce((sum, { channels }) => sum + channels.length, 0);
  return [...sites, ...moreSites(Math.max(0, count - own))]
    .flatMap((site) => {
      const deviceId = site.protocol === 'HOLO' ? holoDeviceId(random) : `3402000000132${random.digits(7)}`;
      return site.channels.map(([channelName, view], channel) => ({
        deviceId,
        deviceName: site.name,
        deviceType: site.type,
        protocol: site.protocol,
        countsPeople: site.protocol === 'HOLO' && site.channels.some(([, one]) => one === 'entrance' || one === 'shop'),
        // Of GB/T 28181 a channel has twenty digits as its device has.
        channelId: site.protocol === 'HOLO' ? String(channel) : `34020000001${320_000_001 + channel}`,
        channelName,
        view,
        model: view === 'road' ? 'M2120-10-EI' : 'D3250-10-SIU',
        firmware: 'SDC 10.0.RC11.SPC100',
        imageWidth: view === 'road' ? 1280 : 1920,
        imageHeight: view === 'road' ? 720 : 1080,
        sdcUuid: uuid(),
        hasUnsetClock: view === 'shop',
      }));
    })
    .map((camera, index) => Object.assign(camera, { index }));
}

/** A serial number as HOLO devices have them: 21 letters and digits. */
export const holoDeviceId = (random: {
  digits(length: number): string;
  pick<Item>(items: readonly Item[]): Item;
}): string => `2198${random.digits(6)}${random.pick(['CYP', 'SMY', 'MKR', 'WLL'])}${random.digits(8)}`;
