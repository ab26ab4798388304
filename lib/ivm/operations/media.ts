import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const LiveChannelInput = z.strictObject({
  ...sent.channelIds,
  live_protocol: sent
    .oneOf('HOLO', 'HTTP_HLS', 'HTTPS_HLS', 'HTTP_FLV', 'HTTPS_FLV', 'RTSP')
    .describe('protocol that the stream is wanted in; over HTTP and RTSP it is not encrypted'),
  stream_type: sent
    .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
    .describe('which of the streams'),
});

const LiveRelay = told.object({
  live_url: told.text.describe('address to play, relayed by the cloud'),
});

const PeerNode = told.object({
  node_type: told
    .oneOf('COMMON', 'BETTER')
    .describe('kind of node: COMMON of a carrier, BETTER of the cloud, with a better network'),
  address_type: told.oneOf('DOMAIN', 'IPV4', 'IPV6').describe('form of the address'),
  address: told.list(told.text).describe('address of the relay, without a scheme, in the form that address_type names'),
  tcp_port: told.whole.describe('TCP port, kept for older players; 0 where none is used'),
  udp_port: told.whole.describe('UDP port; 7050 as a rule'),
});

const LivePeers = told.object({
  token: told.text.describe('token for the peer-to-peer connection'),
  device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
  p2p_nodes: told.list(PeerNode).describe('nodes through which peers can connect'),
});

const LiveConnection = told.object({
  ...told.channelIds,
  cloud_trans_connections: LiveRelay.describe('how to play over the relay of the cloud'),
  p2p_connections: LivePeers.describe('how to play from peer to peer; for HOLO and HoloSens devices alone'),
  result: told.outcome,
});

const PlaybackRecord = told.object({
  record_id: told.text.describe('id of the recording, of those in the cloud alone'),
  record_name: told.text.describe('name of the recording'),
  record_type: told
    .oneOf('NORMAL_RECORD', 'MOTION_RECORD', 'ALRAM_RECORD')
    .describe('why it was recorded: by plan, by motion, or by an alarm (ALRAM_RECORD, as IVM spells it)'),
  storage_state: told
    .oneNumberOf(0, 1, 2, 3)
    .describe('where it is stored: 0 at hand, 1 archived, 2 being brought back, 3 brought back'),
  record_size: told.whole.describe('size in bytes, of those in the cloud alone'),
  start_time: told.text.describe('when the recording begins, YYYY-MM-DD HH:mm:ss'),
  end_time: told.text.describe('when the recording ends, YYYY-MM-DD HH:mm:ss'),
  alarm_rec_type: told.list(told.text).describe('type of the alarm that it was recorded for, if it was'),
});

const PlaybackRelay = told.object({
  playback_url: told.text.describe('address to play the recording at, relayed by the cloud'),
});

const PlaybackPeers = told.object({
  token: told.text.describe('token for the peer-to-peer connection'),
  device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
  p2p_nodes: told.list(PeerNode).describe('nodes through which peers can connect'),
  result: told.outcome,
});

const PlaybackConnection = told.object({
  ...told.channelIds,
  cloud_trans_connections: PlaybackRelay.describe('how to play over the relay of the cloud'),
  p2p_connections: PlaybackPeers.describe(
    'how to play from peer to peer; for HOLO, recordings on the device and HoloSens devices alone',
  ),
});

const UrlInput = z.strictObject({
  url: z.string().describe('address that is to be revoked; none of RTSP'),
});

const CloudRecord = told.object({
  record_id: told.text.describe('id of the recording'),
  record_name: told.text.describe('name of the recording'),
  record_type: told.oneOf('NORMAL_RECORD', 'MOTION_RECORD').describe('why it was recorded: by plan or by motion'),
  record_size: told.whole.describe('size in bytes'),
  alarm_rec_type: told.text.describe('type of the alarm that it was recorded for, if it was'),
  start_time: told.text.describe('when the recording begins, YYYY-MM-DD HH:mm:ss'),
  end_time: told.text.describe('when the recording ends, YYYY-MM-DD HH:mm:ss'),
});

const DeviceRecord = told.object({
  record_name: told.text.describe('name of the recording'),
  record_type: told
    .oneOf('NORMAL_RECORD', 'MOTION_RECORD', 'ALRAM_RECORD')
    .describe('why it was recorded: by plan, by motion, or by an alarm (ALRAM_RECORD, as IVM spells it)'),
  start_time: told.text.describe('when the recording begins, YYYY-MM-DD HH:mm:ss'),
  end_time: told.text.describe('when the recording ends, YYYY-MM-DD HH:mm:ss'),
});

const LiveUrlInput = z.strictObject({
  ...sent.channelIds,
  live_protocol: sent
    .oneOf('HOLO', 'HLS', 'HLS_HTTPS', 'HTTP_FLV', 'HTTPS_FLV', 'RTSP')
    .describe('protocol that the stream is wanted in; over HTTP and RTSP it is not encrypted'),
  stream_type: sent
    .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
    .describe('which of the streams'),
  forbid_audio: sent.oneNumberOf(0, 1).describe('1 leaves out the sound, with HLS alone; 0 where left out').optional(),
  trans_protocol: sent.oneOf('TCP', 'UDP').describe('transport, of GB/T 28181 alone; TCP where left out').optional(),
});

const LiveUrl = told.object({
  ...told.channelIds,
  live_url: told.text.describe('address to play'),
  result: told.outcome,
});

const LivePeerInput = z.strictObject({
  device_id: sent.deviceId.describe('id of the device'),
  channel_id: sent.holoChannelId().describe('id of the channel'),
  stream_type: sent
    .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
    .describe('which of the streams'),
});

const LivePeer = told.object({
  device_id: told.text.describe('id of the device'),
  p2p_nodes: told.list(PeerNode).describe('nodes through which peers can connect'),
  device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
  token: told.text.describe('token for the peer-to-peer connection'),
  result: told.outcome,
});

const PlaybackPeerInput = z.strictObject({
  device_id: sent.deviceId.describe('id of the device'),
  channel_id: sent.holoChannelId().describe('id of the channel'),
  stream_type: sent
    .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
    .describe('which of the streams'),
  start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing; together with end_time').optional(),
  end_time: sent.dateTime.describe('when to end, on the clocks of Beijing; together with start_time').optional(),
});

const PlaybackPeer = told.object({
  device_id: told.text.describe('id of the device'),
  p2p_nodes: told.list(PeerNode).describe('nodes through which peers can connect'),
  device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
  token: told.text.describe('token for the peer-to-peer connection'),
  result: told.outcome,
  start_time: told.text.describe('when it begins, on the clocks of Beijing, where it was asked for'),
  end_time: told.text.describe('when it ends, on the clocks of Beijing, where it was asked for'),
});

/** Addresses to play live pictures and recordings at (chapter 9). */
export const media = {
  /** Gets live view addresses for a batch of channels (9.1). */
  createLiveConnections: operation({
    section: '9.1',
    summary: 'Get live view addresses for a batch of channels (v2 interface that unifies all v1 live interfaces).',
    method: 'POST',
    path: '/v2/{user_id}/devices/channels/media/live-connections',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'For P2P playback the whole response body is handed to the player; for relayed playback only live_url / playback_url.',
      'For HLS every use prolongs the URL by 60 s; with RTSP the expiry deviates by 30-180 s.',
      'p2p_connections is filled only for HOLO protocol on HoloSens devices.',
      'tcp_port (always 0) is kept for compatibility only; udp_port defaults to 7050. address_type decides whether address holds domain names, IPv4 or IPv6.',
      'The document calls HTTP_HLS, HTTP_FLV and RTSP insecure and recommends the other protocols.',
    ],
    outcomes: ['live_connections'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(LiveChannelInput).describe('channels that are to be played'),
      expire_time: sent
        .whole(30, 86400)
        .describe(
          'seconds for which live_url is good, 30 where left out; each use of HLS prolongs it by 60, and RTSP is up to 180 off',
        )
        .optional(),
      use_times: sent
        .oneNumberOf(0, 1)
        .describe('0 once, 1 as often as wanted while it is good; always once with RTSP; 0 where left out')
        .optional(),
    }),
    reply: told.object(
      {
        fail_num: told.whole.describe('addresses that could not be had'),
        live_connections: told.list(LiveConnection).describe('what became of each channel'),
      },
      { failed_num: 'fail_num', failNum: 'fail_num' },
    ),
  }),
  /** Lists cloud or device recordings of a channel (9.2). */
  listPlaybackRecords: operation({
    section: '9.2',
    summary: 'List cloud or device recordings of a channel (v2 interface that unifies all v1 list interfaces).',
    method: 'GET',
    path: '/v2/{user_id}/devices/{device_id}/channels/{channel_id}/media/records',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'offset 0 means "the first page" (pages or rows is not said), limit 1-1000 (default 10); both are typed String.',
      'record_type applies to cloud recordings only (default ALL_RECORD). record_id and record_size come only for cloud recordings.',
      'storage_state: 0/3 standard storage, 1 archived, 2 being restored.',
    ],
    paging: { counts: 'rows', offset: 'offset', limit: 'limit', mostPerPage: 1000, entries: 'records', total: 'total' },
    parameters: sent.ofChannel,
    query: z.strictObject({
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      record_position: sent
        .oneOf('CLOUD', 'DEVICE')
        .describe('where the recordings are: in the cloud or on the device'),
      record_type: sent
        .oneOf('ALL_RECORD', 'NORMAL_RECORD', 'MOTION_RECORD')
        .describe('why they were recorded, of those in the cloud; ALL_RECORD where left out')
        .optional(),
      limit: sent.whole(1, 1000).describe('entries in an answer; 10 where left out').optional(),
      offset: sent.whole(0, 1000000).describe('where to begin, 0 for the first page; 0 where left out').optional(),
      alarm_rec_type: z.string().describe('type of the alarm that it was recorded for, if it was').optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      total: told.whole.describe('how many recordings there are'),
      ...told.channelIds,
      records: told.list(PlaybackRecord).describe('recordings that were found'),
    }),
  }),
  /** Gets a playback address for a cloud or device recording (9.3). */
  showPlaybackConnection: operation({
    section: '9.3',
    summary: 'Get a playback address for a cloud or device recording (v2 interface).',
    method: 'GET',
    path: '/v2/{user_id}/devices/{device_id}/channels/{channel_id}/media/playback-connections',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'For P2P playback the whole response body is handed to the player; for relayed playback only live_url / playback_url.',
      'expire_time (typed String) 30-86400 s, default 30. use_times: 0 = single use, 1 = any number of uses until expiry; fixed to 0 for RTSP.',
      'Times are Beijing time (UTC+8), "yyyy-MM-dd HH:mm:ss".',
      'p2p_connections is filled only for HOLO protocol, device recordings and HoloSens devices.',
      'result lives inside p2p_connections, so relayed playback reports no result code.',
    ],
    parameters: sent.ofChannel,
    query: z.strictObject({
      playback_protocol: sent
        .oneOf('HOLO', 'HTTP_HLS', 'HTTPS_HLS', 'RTSP')
        .describe('protocol that the recording is wanted in; over HTTP and RTSP it is not encrypted'),
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      record_position: sent
        .oneOf('CLOUD', 'DEVICE')
        .describe('where the recordings are: in the cloud or on the device'),
      record_type: sent
        .oneOf('ALL_RECORD', 'NORMAL_RECORD', 'MOTION_RECORD')
        .describe('why it was recorded, of those in the cloud; ALL_RECORD where left out')
        .optional(),
      expire_time: sent
        .whole(30, 86400)
        .describe('seconds for which playback_url is good; 30 where left out')
        .optional(),
      use_times: sent
        .oneOf('0', '1')
        .describe('0 once, 1 as often as wanted while it is good; always once with RTSP; 0 where left out')
        .optional(),
      stream_type: sent
        .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
        .describe('which of the streams; PRIMARY_STREAM where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      playback_connections: PlaybackConnection.describe('how to play the recording'),
    }),
  }),
  /** Invalidates a list of play URLs obtained from the media interfaces (9.4). */
  batchDeletePlayUrls: operation({
    section: '9.4',
    summary: 'Invalidate a list of play URLs obtained from the media interfaces.',
    method: 'POST',
    path: '/v1/{user_id}/media/urls/batch-delete',
    effect: 'destroy',
    notes: ['RTSP URLs are not supported.', 'Success is reported as error_code "IVM.0" with HTTP 200.'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      urls: z.array(UrlInput).describe('addresses that are to be revoked'),
    }),
    reply: told.object({
      error_code: told.text.describe('code of what happened, IVM.0 where all went well'),
      error_msg: told.text.describe('what happened'),
    }),
  }),
  /**
   * Lists the cloud recordings of a channel (9.5).
   *
   * @deprecated Use `listPlaybackRecords`.
   */
  listCloudRecords: operation({
    section: '9.5',
    summary: 'List the cloud recordings of a channel.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cloud-records',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Superseded by 9.2. Times are Beijing time. offset 0 means "the first page" (pages or rows is not said).'],
    successor: 'listPlaybackRecords',
    paging: { counts: 'rows', offset: 'offset', limit: 'limit', mostPerPage: 1000, entries: 'records', total: 'total' },
    parameters: sent.ofChannel,
    query: z.strictObject({
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      limit: sent.whole(1, 1000).describe('entries in an answer; 10 where left out').optional(),
      offset: sent.whole(0, 1000000).describe('where to begin, 0 for the first page; 0 where left out').optional(),
      record_type: sent
        .oneOf('NORMAL_RECORD', 'MOTION_RECORD')
        .describe('why they were recorded; both where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      total: told.whole.describe('how many recordings there are'),
      ...told.channelIds,
      records: told.list(CloudRecord).describe('recordings that were found'),
    }),
  }),
  /**
   * Gets the playback URL of a cloud recording (9.6).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  showCloudRecordPlaybackUrl: operation({
    section: '9.6',
    summary: 'Get the playback URL of a cloud recording.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cloud-records/playback-url',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['Superseded by 9.3.'],
    successor: 'showPlaybackConnection',
    parameters: sent.ofChannel,
    query: z.strictObject({
      playback_protocol: sent
        .oneOf('HOLO', 'HLS', 'HLS_HTTPS', 'RTSP')
        .describe('protocol that the recording is wanted in; over HTTP and RTSP it is not encrypted'),
      record_type: sent
        .oneOf('NORMAL_RECORD', 'MOTION_RECORD')
        .describe('why they were recorded; both where left out')
        .optional(),
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      expire_time: sent
        .whole(30, 86400)
        .describe('seconds for which the address is good; 30 where left out')
        .optional(),
      use_times: sent
        .oneOf('0', '1')
        .describe('0 once, 1 as often as wanted while it is good; always once with RTSP; 0 where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      playback_url: told.text.describe('address to play the recording at'),
    }),
  }),
  /**
   * Lists the recordings stored on the device (9.7).
   *
   * @deprecated Use `listPlaybackRecords`.
   */
  listDeviceRecords: operation({
    section: '9.7',
    summary: 'List the recordings stored on the device.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/device-records',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Superseded by 9.2. limit and offset are typed String; offset 0 means "the first page" (pages or rows is not said).',
    ],
    successor: 'listPlaybackRecords',
    paging: { counts: 'rows', offset: 'offset', limit: 'limit', mostPerPage: 1000, entries: 'records', total: 'total' },
    parameters: sent.ofChannel,
    query: z.strictObject({
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      limit: sent.whole(1, 1000).describe('entries in an answer; 10 where left out').optional(),
      offset: sent.whole(0, 1000000).describe('where to begin, 0 for the first page; 0 where left out').optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      total: told.whole.describe('how many recordings there are'),
      records: told.list(DeviceRecord).describe('recordings that were found'),
    }),
  }),
  /**
   * Gets the playback URL of a recording stored on a GB device (9.8).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  showGbDeviceRecordPlaybackUrl: operation({
    section: '9.8',
    summary: 'Get the playback URL of a recording stored on a GB device.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/device-records/playback-url',
    effect: 'read',
    protocols: ['GB28181'],
    notes: ['GB28181 devices only; HOLO is the only playback_protocol.'],
    successor: 'showPlaybackConnection',
    parameters: z.strictObject({
      device_id: sent.gbDeviceId.describe('id of the device'),
      channel_id: sent.gbChannelId.describe('id of the channel'),
    }),
    query: z.strictObject({
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      playback_protocol: sent
        .oneOf('HOLO')
        .describe('protocol that the recording is wanted in; HOLO is the only one')
        .optional(),
      expire_time: sent
        .whole(30, 86400)
        .describe('seconds for which playback_url is good; 30 where left out')
        .optional(),
      use_times: sent
        .oneOf('0', '1')
        .describe('0 once, 1 as often as wanted while it is good; 0 where left out')
        .optional(),
      trans_protocol: sent
        .oneOf('TCP', 'UDP')
        .describe('transport, of GB/T 28181 alone; TCP where left out')
        .optional(),
      stream_type: sent
        .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
        .describe('which of the streams; PRIMARY_STREAM where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      playback_url: told.text.describe('address to play the recording at'),
    }),
  }),
  /**
   * Gets an HLS/RTSP/FLV playback URL of a recording stored on the device (9.9).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  showDeviceRecordWebPlaybackUrl: operation({
    section: '9.9',
    summary: 'Get an HLS/RTSP/FLV playback URL of a recording stored on the device.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/device-records/web-playback-url',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Superseded by 9.3. HTTP_FLV_DEV and HTTPS_FLV_DEV work for GB devices only. trans_protocol applies to GB28181 only.',
    ],
    successor: 'showPlaybackConnection',
    alsoSentAs: { protocol: 'playback_protocol' },
    parameters: sent.ofChannel,
    query: z.strictObject({
      protocol: sent
        .oneOf('HLS_DEV', 'HLS_DEV_HTTPS', 'RTSP_DEV', 'HTTP_FLV_DEV', 'HTTPS_FLV_DEV')
        .describe(
          'protocol that the recording on the device is wanted in; FLV for GB/T 28181 alone; over HTTP and RTSP it is not encrypted',
        ),
      start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
      end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
      expire_time: sent
        .whole(30, 86400)
        .describe('seconds for which playback_url is good; 30 where left out')
        .optional(),
      use_times: sent
        .oneOf('0', '1')
        .describe('0 once, 1 as often as wanted while it is good; always once with RTSP_DEV; 0 where left out')
        .optional(),
      trans_protocol: sent
        .oneOf('TCP', 'UDP')
        .describe('transport, of GB/T 28181 alone; TCP where left out')
        .optional(),
      stream_type: sent
        .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
        .describe('which of the streams; PRIMARY_STREAM where left out')
        .optional(),
    }),
    body: sent.nothing,
    reply: told.object({
      ...told.channelIds,
      playback_url: told.text.describe('address to play the recording at'),
    }),
  }),
  /**
   * Gets live play URLs for a batch of channels (9.10).
   *
   * @deprecated Use `createLiveConnections`.
   */
  batchGetLiveUrls: operation({
    section: '9.10',
    summary: 'Get live play URLs for a batch of channels.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/cloud-live/url',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'Superseded by 9.1.',
      'forbid_audio affects HLS only (suggested for WeChat mini programs). trans_protocol applies to GB28181 only.',
    ],
    successor: 'createLiveConnections',
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(LiveUrlInput).describe('channels that were found'),
      expire_time: sent.whole(30, 86400).describe('seconds for which live_url is good; 30 where left out').optional(),
      use_times: sent
        .oneNumberOf(0, 1)
        .describe('0 once, 1 as often as wanted while it is good; always once with RTSP; 0 where left out')
        .optional(),
    }),
    reply: told.object(
      {
        fail_num: told.whole.describe('addresses that could not be had'),
        channels: told.list(LiveUrl).describe('what was found, or became of each item'),
        request_id: told.text.describe('id of the request in IVM’s records'),
      },
      { failed_num: 'fail_num', failNum: 'fail_num' },
    ),
  }),
  /**
   * Gets P2P live connection data (and relay URLs) for a batch of HoloSens channels (9.11).
   *
   * @deprecated Use `createLiveConnections`.
   */
  batchGetLiveP2pConnections: operation({
    section: '9.11',
    summary: 'Get P2P live connection data (and relay URLs) for a batch of HoloSens channels.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/p2p-connect/live',
    effect: 'read',
    protocols: ['HOLO'],
    notes: ['Superseded by 9.1. The whole response goes into the player address bar.'],
    successor: 'createLiveConnections',
    outcomes: ['p2p_connections', 'live_urls'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(LivePeerInput).describe('channels that are to be played'),
      expire_time: sent.whole(30, 86400).describe('seconds for which live_url is good; 30 where left out').optional(),
      use_times: sent
        .oneNumberOf(0, 1)
        .describe('0 once, 1 as often as wanted while it is good; 0 where left out')
        .optional(),
    }),
    reply: told.object(
      {
        fail_num: told.whole.describe('addresses that could not be had'),
        p2p_connections: told.list(LivePeer).describe('devices that peers can connect to'),
        live_urls: told.list(LiveUrl).describe('addresses that the cloud relays'),
        request_id: told.text.describe('id of the request in IVM’s records'),
      },
      { failed_num: 'fail_num', failNum: 'fail_num' },
    ),
  }),
  /**
   * Gets P2P playback connection data for a batch of HoloSens channels (9.12).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  batchGetPlaybackP2pConnections: operation({
    section: '9.12',
    summary: 'Get P2P playback connection data for a batch of HoloSens channels.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/p2p-connect/playback',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [
      'Superseded by 9.3. Up to 1000 channels per call.',
      'start_time and end_time must be sent together; they are echoed only when sent.',
    ],
    successor: 'showPlaybackConnection',
    outcomes: ['p2p_connections'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(PlaybackPeerInput).min(1).max(1000).describe('channels that are to be played, 1 to 1000'),
    }),
    reply: told.object(
      {
        failNum: told.whole.describe('addresses that could not be had'),
        p2p_connections: told.list(PlaybackPeer).describe('what was found, or became of each item'),
      },
      { failed_num: 'failNum', fail_num: 'failNum' },
    ),
  }),
};
