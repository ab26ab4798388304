import { createHash } from 'node:crypto';
import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Camera } from '../cameras.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import type { Tenant } from './tenant.ts';

/** The protocols of chapter 9 by all the names that its interfaces have for them. */
const protocols = {
  // The two schemes are both HOLO: older interfaces name it so in their addresses, newer ones do not.
  HOLO: { origin: 'holo://media.ivm.example:7070', form: 'plain' },
  JVMP: { origin: 'jvmp://media.ivm.example:7070', form: 'plain' },
  HLS: { origin: 'http://media.ivm.example:7083', form: 'hls' },
  HTTP_HLS: { origin: 'http://media.ivm.example:7083', form: 'hls' },
  HLS_DEV: { origin: 'http://media.ivm.example:7083', form: 'hls' },
  HLS_HTTPS: { origin: 'https://media.ivm.example:7081', form: 'hls' },
  HTTPS_HLS: { origin: 'https://media.ivm.example:7081', form: 'hls' },
  HLS_DEV_HTTPS: { origin: 'https://media.ivm.example:7081', form: 'hls' },
  HTTP_FLV: { origin: 'http://media.ivm.example:20377', form: 'flv' },
  HTTP_FLV_DEV: { origin: 'http://media.ivm.example:20377', form: 'flv' },
  HTTPS_FLV: { origin: 'https://media.ivm.example:20378', form: 'flv' },
  HTTPS_FLV_DEV: { origin: 'https://media.ivm.example:20378', form: 'flv' },
  RTSP: { origin: 'rtsp://media.ivm.example:554', form: 'plain' },
  RTSP_DEV: { origin: 'rtsp://media.ivm.example:554', form: 'plain' },
} as const;

type AddressAsked = {
  protocol: keyof typeof protocols;
  /** Live pictures, a recording in the cloud or one on the device. */
  source: 'live' | 'vod' | 'dev_vod';
  /** Position of the stream. */
  stream?: number;
  /** Seconds for which it is good. */
  expiresIn?: number | undefined;
  isMute?: boolean;
};

/** Addresses to play at, which nobody answers at. Each has a token of its own, and is known until it ends or is revoked. */
export type PlayAddresses = {
  give(camera: Camera, asked: AddressAsked): string;
  /** What a player needs to reach a HoloSens device from peer to peer. */
  peers(): { token: string; device_state: string; p2p_nodes: JsonObject[] };
  /** @throws IvmRefusal where one of them is not known or of RTSP; then all stay as they are */
  revoke(urls: readonly string[]): void;
};

const usualSeconds = 30;
const usualPeerPort = 7050;

export function createPlayAddresses({ seed, now }: Tenant): PlayAddresses {
  const endsAtMs = new Map<string, number>();
  let tokens = 0;

  const nextToken = (): string => {
    tokens += 1;
    return createHash('sha256').update(`${seed}|play|${tokens}`).digest('hex').slice(0, 32);
  };

  return {
    give: (camera, asked) => {
      const { protocol, expiresIn = usualSeconds } = asked;
      const url = addressOf(camera, nextToken(), asked);
      // Those of RTSP end with their time, and not before.
      if (!protocol.startsWith('RTSP')) endsAtMs.set(url, now().getTime() + expiresIn * 1000);
      return url;
    },
    peers: () => ({
      token: nextToken(),
      device_state: 'ONLINE',
      p2p_nodes: [
        peerNode('COMMON', 'IPV4', ['192.0.2.50', '192.0.2.51']),
        peerNode('BETTER', 'DOMAIN', ['peers.ivm.example']),
      ],
    }),
    revoke: (urls) => {
      const nowMs = now().getTime();
      const isKnown = (url: string) => (endsAtMs.get(url) ?? Number.NEGATIVE_INFINITY) > nowMs;
      if (urls.length === 0 || !urls.every((url) => isKnown(url))) throw new IvmRefusal('IVM.10020001');
      for (const url of urls) endsAtMs.delete(url);
    },
  };
}

function addressOf({ deviceId, channelId }: Camera, token: string, asked: AddressAsked): string {
  const { protocol, source, stream = 0, isMute = false } = asked;
  const { origin, form } = protocols[protocol];
  if (form !== 'hls') return `${origin}/${source}/${deviceId}${form === 'flv' ? '.flv' : ''}?token=${token}`;
  const query = new URLSearchParams({ token, device_id: deviceId, channel_id: channelId });
  // A recording in the cloud is of the one stream that is recorded; of the others the stream is told by its number.
  if (source !== 'vod') query.set('stream_type', String(stream));
  if (isMute) query.set('forbid_audio', '1');
  return `${origin}/${source}/${source === 'live' ? 'live' : 'vod'}.m3u8?${query.toString()}`;
}

const peerNode = (nodeType: string, addressType: string, address: string[]): JsonObject => ({
  node_type: nodeType,
  address_type: addressType,
  address,
  // No TCP port is used: the member is there for older players.
  tcp_port: 0,
  udp_port: usualPeerPort,
});
