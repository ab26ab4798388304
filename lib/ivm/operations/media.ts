import * as z from 'zod';
import { operation } from './operation.ts';
import * as told from './reply-fields.ts';
import * as sent from './request-fields.ts';

const streamType = sent
  .oneOf('PRIMARY_STREAM', 'SECONDARY_STREAM_1', 'SECONDARY_STREAM_2')
  .describe('which of the streams');
const streamTypeOrPrimary = streamType.describe('which of the streams; PRIMARY_STREAM where left out').optional();

/** Bounds a recording, or a search for some. */
const timeSpan = {
  start_time: sent.dateTime.describe('when to begin, on the clocks of Beijing'),
  end_time: sent.dateTime.describe('when to end, on the clocks of Beijing'),
};

/** Says which page of a listing is wanted. */
const pageAsked = {
  limit: sent.whole(1, 1000).describe('entries in an answer; 10 where left out').optional(),
  offset: sent.whole(0, 1000000).describe('where to begin, 0 for the first page; 0 where left out').optional(),
};

const paging = {
  counts: 'rows',
  offset: 'offset',
  limit: 'limit',
  mostPerPage: 1000,
  entries: 'records',
  total: 'total',
} as const;
const offsetIsUnclear = 'The reference does not say whether offset counts pages or rows; it is treated as rows.';

const recordPosition = sent
  .oneOf('CLOUD', 'DEVICE')
  .describe('where the recordings are: in the cloud or on the device');
const cloudRecordType = sent
  .oneOf('NORMAL_RECORD', 'MOTION_RECORD')
  .describe('why they were recorded: by plan or by motion; both where left out')
  .optional();
const anyRecordType = sent
  .oneOf('ALL_RECORD', 'NORMAL_RECORD', 'MOTION_RECORD')
  .describe('why they were recorded, by plan or by motion, of those in the cloud alone; ALL_RECORD where left out')
  .optional();

const transport = sent.oneOf('TCP', 'UDP').describe('transport, of GB/T 28181 alone; TCP where left out').optional();

const expireTime = sent
  .whole(30, 86400)
  .describe('seconds for which a relayed address is good; 30 where left out')
  .optional();
const useTimesMeaning = '0 once, 1 as often as wanted while it is good; always once with RTSP; 0 where left out';

/** How long and how often a relayed address may be used; the query takes the second as a text, the body as a number. */
const termsInQuery = {
  expire_time: expireTime,
  use_times: sent.oneOf('0', '1').describe(useTimesMeaning).optional(),
};
const termsInBody = {
  expire_time: expireTime,
  use_times: sent.oneNumberOf(0, 1).describe(useTimesMeaning).optional(),
};

const LiveChannelInput = z.strictObject({
  ...sent.channelIds,
  live_protocol: sent
    .oneOf('HOLO', 'HTTP_HLS', 'HTTPS_HLS', 'HTTP_FLV', 'HTTPS_FLV', 'RTSP')
    .describe('protocol that the stream is wanted in; over HTTP and RTSP it is not encrypted'),
  stream_type: streamType,
});

const RelayNode = told.object({
  node_type: told
    .oneOf('COMMON', 'BETTER')
    .describe('kind of node: COMMON of a carrier, BETTER of the cloud, with a better network'),
  address_type: told.oneOf('DOMAIN', 'IPV4', 'IPV6').describe('form of the address'),
  address: told.list(told.text).describe('address of the relay, without a scheme, in the form that address_type names'),
  tcp_port: told.whole.describe('TCP port, kept for older players; 0 where none is used'),
  udp_port: told.whole.describe('UDP port; 7050 as a rule'),
});

/** What a player needs in order to reach a device from peer to peer. */
const peerMembers = {
  token: told.text.describe('token for the peer-to-peer connection'),
  device_state: told.oneOf('OFFLINE', 'ONLINE').describe('whether the device is online'),
  p2p_nodes: told.list(RelayNode).describe('nodes through which peers can connect'),
};

/** Of a recording that is played from peer to peer. */
const timesAsked = {
  start_time: told.text.describe('when it begins, on the clocks of Beijing, where it was asked for'),
  end_time: told.text.describe('when it ends, on the clocks of Beijing, where it was asked for'),
};

// Either way to play may be missing, as may both of a channel that failed: what became of it must be told all the same.
const LiveConnection = told.object({
  ...told.channelIds,
  cloud_trans_connections: told
    .object({ live_url: told.text.describe('address to play, relayed by the cloud') })
    .describe('how to play over the relay of the cloud'),
  p2p_connections: told
    .object(peerMembers)
    .describe('how to play from peer to peer; for HOLO and HoloSens devices alone'),
  result: told.outcome,
});

const PlaybackPeers = told.object({ ...peerMembers, ...timesAsked, result: told.outcome });

const PlaybackConnection = told.object({
  ...told.channelIds,
  cloud_trans_connections: told
    .object({ playback_url: told.text.describe('address to play the recording at, relayed by the cloud') })
    .describe('how to play over the relay of the cloud'),
  p2p_connections: PlaybackPeers.describe(
    'how to play from peer to peer; for HOLO, recordings on the device and HoloSens devices alone',
  ),
});

const PlaybackUrl = told.answer({
  ...told.channelIds,
  playback_url: told.text.describe('address to play the recording at'),
});

const UrlInput = z.strictObject({
  url: z.string().describe('address that is to be revoked; none of RTSP'),
});

const recordTimes = {
  start_time: told.text.describe('when the recording begins, YYYY-MM-DD HH:mm:ss'),
  end_time: told.text.describe('when the recording ends, YYYY-MM-DD HH:mm:ss'),
};

const recordType = told
  .oneOf('NORMAL_RECORD', 'MOTION_RECORD', 'ALRAM_RECORD')
  .describe('why it was recorded: by plan, by motion, or by an alarm (ALRAM_RECORD, as IVM spells it)');

const DeviceRecord = told.object({
  record_name: told.text.describe('name of the recording'),
  record_type: recordType,
  ...recordTimes,
});

const CloudRecord = told.object({
  record_id: told.text.describe('id of the recording'),
  record_name: told.text.describe('name of the recording'),
  record_type: told.oneOf('NORMAL_RECORD', 'MOTION_RECORD').describe('why it was recorded: by plan or by motion'),
  record_size: told.whole.describe('size in bytes'),
  alarm_rec_type: told.list(told.text).describe('type of the alarm that it was recorded for, if it was'),
  ...recordTimes,
});

const PlaybackRecord = told.object({
  record_id: told.text.describe('id of the recording, of those in the cloud alone'),
  record_name: told.text.describe('name of the recording'),
  record_type: recordType,
  storage_state: told
    .oneNumberOf(0, 1, 2, 3)
    .describe('where it is stored: 0 at hand, 1 archived, 2 being brought back from there, 3 at hand, as a cold copy'),
  record_size: told.whole.describe('size in bytes, of those in the cloud alone'),
  alarm_rec_type: told.list(told.text).describe('type of the alarm that it was recorded for, if it was'),
  ...recordTimes,
});

const LiveUrlInput = z.strictObject({
  ...sent.channelIds,
  live_protocol: sent
    .oneOf('HOLO', 'HLS', 'HLS_HTTPS', 'HTTP_FLV', 'HTTPS_FLV', 'RTSP')
    .describe('protocol that the stream is wanted in; HLS, HTTP_FLV and RTSP are not encrypted'),
  stream_type: streamType,
  forbid_audio: sent.oneNumberOf(0, 1).describe('1 leaves out the sound, with HLS alone; 0 where left out').optional(),
  trans_protocol: transport,
});

const LiveUrl = told.object({
  ...told.channelIds,
  live_url: told.text.describe('address to play'),
  result: told.outcome,
});

/** Names a channel of a HoloSens device: no other can be reached from peer to peer. */
const peerChannelMembers = {
  device_id: sent.deviceId.describe('id of the device'),
  channel_id: sent.holoChannelId().describe('id of the channel'),
  stream_type: streamType,
};

const LivePeerInput = z.strictObject(peerChannelMembers);

const PlaybackPeerInput = z.strictObject({
  ...peerChannelMembers,
  start_time: timeSpan.start_time
    .describe('when to begin, on the clocks of Beijing; together with end_time')
    .optional(),
  end_time: timeSpan.end_time.describe('when to end, on the clocks of Beijing; together with start_time').optional(),
});

const LivePeer = told.object({
  device_id: told.text.describe('id of the device'),
  ...peerMembers,
  result: told.outcome,
});

const PlaybackPeer = told.object({
  device_id: told.text.describe('id of the device'),
  ...peerMembers,
  ...timesAsked,
  result: told.outcome,
});

const failures = told.whole.describe('addresses that could not be had');

/** The other names of the counter of failures, where it has this one (trap 55). */
const failNumSpellings = { failed_num: 'fail_num', failNum: 'fail_num' } as const;

const playsWholeAnswer = 'A player that connects from peer to peer takes the whole answer.';

/** Addresses to play live pictures and recordings at, and the recordings that there are (chapter 9). */
export const media = {
  /**
   * Gives addresses to play live pictures of channels at: one that the cloud relays, and for HOLO the nodes to reach a
   * HoloSens device through from peer to peer. The answer is 200 even if every channel failed: IVM.20000043 says that
   * one is offline, IVM.10026004 that it has no such stream, IVM.20020007 that it is frozen, IVM.20020008 that its
   * package is missing, and IVM.20020003 that the address could not be had. IVM.10024000 says that there are too many
   * channels: more than 100, by the table of codes, while the interface itself states no limit (9.1).
   */
  createLiveConnections: operation({
    section: '9.1',
    summary: 'Get addresses to play live pictures of channels at.',
    method: 'POST',
    path: '/v2/{user_id}/devices/channels/media/live-connections',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'A player of relayed streams takes live_url, one that connects from peer to peer the whole answer.',
      'Each use of an HLS address prolongs it by 60 seconds; with RTSP expire_time is off by 30 to 180 seconds.',
    ],
    outcomes: ['live_connections'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(LiveChannelInput).describe('channels that are to be played'),
      ...termsInBody,
    }),
    reply: told.answer(
      {
        fail_num: failures,
        live_connections: told.list(LiveConnection).describe('what became of each channel'),
      },
      failNumSpellings,
    ),
  }),
  /**
   * Lists the recordings of a channel in a span of time, either those in the cloud or those on the device. That there
   * are none may come as an error, IVM.20020014 with status 500 or IVM.20020012 with 400; IVM.20020001 and IVM.20020005
   * say that those in the cloud or on the device could not be listed, IVM.10020007 that the span ends before it begins
   * (9.2).
   */
  listPlaybackRecords: operation({
    section: '9.2',
    summary: 'List the recordings of a channel, in the cloud or on the device.',
    method: 'GET',
    path: '/v2/{user_id}/devices/{device_id}/channels/{channel_id}/media/records',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [offsetIsUnclear, 'Recordings made for an alarm can be told, but not asked for by record_type.'],
    paging,
    parameters: sent.ofChannel,
    query: z.strictObject({
      ...timeSpan,
      record_position: recordPosition,
      record_type: anyRecordType,
      ...pageAsked,
      alarm_rec_type: z.string().describe('type of the alarm that they were recorded for').optional(),
    }),
    body: sent.nothing,
    reply: told.answer({
      total: told.whole.describe('how many recordings there are'),
      ...told.channelIds,
      records: told.list(PlaybackRecord).describe('recordings that were found'),
    }),
  }),
  /**
   * Gives an address to play a recording at, in the cloud or on the device: one that the cloud relays, and for a
   * recording on a HoloSens device the nodes to reach it through from peer to peer. Only the latter have a result of
   * their own. IVM.20020014 says that nothing was recorded in that time, IVM.20020002 and IVM.20020006 that the address
   * could not be had, of the cloud or of the device (9.3).
   */
  showPlaybackConnection: operation({
    section: '9.3',
    summary: 'Get an address to play a recording at.',
    method: 'GET',
    path: '/v2/{user_id}/devices/{device_id}/channels/{channel_id}/media/playback-connections',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [
      'A player of relayed streams takes playback_url, one that connects from peer to peer the whole answer.',
      'IVM puts p2p_connections into playback_connections, or beside it.',
    ],
    parameters: sent.ofChannel,
    query: z.strictObject({
      playback_protocol: sent
        .oneOf('HOLO', 'HTTP_HLS', 'HTTPS_HLS', 'RTSP')
        .describe('protocol that the recording is wanted in; over HTTP and RTSP it is not encrypted'),
      ...timeSpan,
      record_position: recordPosition,
      record_type: anyRecordType,
      ...termsInQuery,
      stream_type: streamTypeOrPrimary,
    }),
    body: sent.nothing,
    reply: told.answer({
      playback_connections: PlaybackConnection.describe('how to play the recording'),
      // The table has it within the other, an example beside it; it stays where it is, for the player's sake.
      p2p_connections: PlaybackPeers.describe('how to play from peer to peer, where it is not within the other'),
    }),
  }),
  /**
   * Revokes addresses to play at that other interfaces of this chapter gave. Those of RTSP can't be revoked; they end
   * with their time. There is one outcome for all of them, so that nobody learns which address was not known (9.4).
   */
  batchDeletePlayUrls: operation({
    section: '9.4',
    summary: 'Revoke addresses to play at.',
    method: 'POST',
    path: '/v1/{user_id}/media/urls/batch-delete',
    effect: 'destroy',
    notes: ['Addresses of RTSP can not be revoked.', 'There is one outcome for all of the addresses.'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      urls: z.array(UrlInput).describe('addresses that are to be revoked'),
    }),
    reply: told.answer({
      error_code: told.text.describe('code of what happened, IVM.0 where all went well'),
      error_msg: told.text.describe('what happened'),
    }),
  }),
  /**
   * Lists the recordings of a channel in the cloud. That there are none may come as IVM.20020014 with status 500;
   * IVM.20020001 says that they could not be listed (9.5).
   *
   * @deprecated Use `listPlaybackRecords`.
   */
  listCloudRecords: operation({
    section: '9.5',
    summary: 'List the recordings of a channel in the cloud.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cloud-records',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [offsetIsUnclear],
    successor: 'listPlaybackRecords',
    paging,
    parameters: sent.ofChannel,
    query: z.strictObject({ ...timeSpan, ...pageAsked, record_type: cloudRecordType }),
    body: sent.nothing,
    reply: told.answer({
      total: told.whole.describe('how many recordings there are'),
      ...told.channelIds,
      records: told.list(CloudRecord).describe('recordings that were found'),
    }),
  }),
  /**
   * Gives an address to play a recording in the cloud at. Its protocols are named otherwise than those of its
   * successor. IVM.10026001 says that the protocol is not known, IVM.20020002 that the address could not be had (9.6).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  showCloudRecordPlaybackUrl: operation({
    section: '9.6',
    summary: 'Get an address to play a recording in the cloud at.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/cloud-records/playback-url',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['HLS and HLS_HTTPS are what showPlaybackConnection calls HTTP_HLS and HTTPS_HLS.'],
    successor: 'showPlaybackConnection',
    parameters: sent.ofChannel,
    query: z.strictObject({
      playback_protocol: sent
        .oneOf('HOLO', 'HLS', 'HLS_HTTPS', 'RTSP')
        .describe('protocol that the recording is wanted in; HLS and RTSP are not encrypted'),
      record_type: cloudRecordType,
      ...timeSpan,
      ...termsInQuery,
    }),
    body: sent.nothing,
    reply: PlaybackUrl,
  }),
  /**
   * Lists the recordings of a channel that its device keeps. That there are none may come as IVM.20020014 with status
   * 500; IVM.20020005 says that they could not be listed. A total of 0 may come with recordings all the same (9.7).
   *
   * @deprecated Use `listPlaybackRecords`.
   */
  listDeviceRecords: operation({
    section: '9.7',
    summary: 'List the recordings of a channel on the device.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/device-records',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: [offsetIsUnclear, 'A total of 0 may come with recordings all the same.'],
    successor: 'listPlaybackRecords',
    paging,
    parameters: sent.ofChannel,
    query: z.strictObject({ ...timeSpan, ...pageAsked }),
    body: sent.nothing,
    reply: told.answer({
      total: told.whole.describe('how many recordings there are'),
      records: told.list(DeviceRecord).describe('recordings that were found'),
    }),
  }),
  /**
   * Gives an address to play a recording at that a device keeps which speaks GB/T 28181; others give IVM.20020010.
   * IVM.20020006 says that the address could not be had (9.8).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  showGbDeviceRecordPlaybackUrl: operation({
    section: '9.8',
    summary: 'Get an address to play a recording at that a GB/T 28181 device keeps.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/device-records/playback-url',
    effect: 'read',
    protocols: ['GB28181'],
    notes: ['The player is reached by HOLO, although the device speaks GB/T 28181.'],
    successor: 'showPlaybackConnection',
    parameters: z.strictObject({
      device_id: sent.gbDeviceId.describe('id of the device'),
      channel_id: sent.gbChannelId.describe('id of the channel'),
    }),
    query: z.strictObject({
      ...timeSpan,
      playback_protocol: sent
        .oneOf('HOLO')
        .describe('protocol that the recording is wanted in; HOLO is the only one')
        .optional(),
      ...termsInQuery,
      trans_protocol: transport,
      stream_type: streamTypeOrPrimary,
    }),
    body: sent.nothing,
    reply: PlaybackUrl,
  }),
  /**
   * Gives an address to play a recording on the device at, over HLS, RTSP or FLV. IVM.10026001 says that the protocol
   * is not known, IVM.20020006 that the address could not be had (9.9).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  showDeviceRecordWebPlaybackUrl: operation({
    section: '9.9',
    summary: 'Get an address of HLS, RTSP or FLV to play a recording on the device at.',
    method: 'GET',
    path: '/v1/{user_id}/devices/{device_id}/channels/{channel_id}/device-records/web-playback-url',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['FLV comes of GB/T 28181 devices alone, and its successor has none.'],
    successor: 'showPlaybackConnection',
    alsoSentAs: { protocol: 'playback_protocol' },
    parameters: sent.ofChannel,
    query: z.strictObject({
      protocol: sent
        .oneOf('HLS_DEV', 'HLS_DEV_HTTPS', 'RTSP_DEV', 'HTTP_FLV_DEV', 'HTTPS_FLV_DEV')
        .describe(
          'protocol that the recording is wanted in; FLV of GB/T 28181 alone; without HTTPS it is not encrypted',
        ),
      ...timeSpan,
      ...termsInQuery,
      trans_protocol: transport,
      stream_type: streamTypeOrPrimary,
    }),
    body: sent.nothing,
    reply: PlaybackUrl,
  }),
  /**
   * Gives addresses to play live pictures of channels at. The answer is 200 even if every channel failed: IVM.20000043
   * says that one is offline, IVM.10026004 that it has no such stream, IVM.20020003 that the address could not be had.
   * IVM.10026003 says that a protocol is not known (9.10).
   *
   * @deprecated Use `createLiveConnections`.
   */
  batchGetLiveUrls: operation({
    section: '9.10',
    summary: 'Get relayed addresses to play live pictures of channels at.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/cloud-live/url',
    effect: 'read',
    protocols: ['HOLO', 'GB28181'],
    notes: ['HLS and HLS_HTTPS are what createLiveConnections calls HTTP_HLS and HTTPS_HLS.'],
    successor: 'createLiveConnections',
    outcomes: ['channels'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(LiveUrlInput).describe('channels that are to be played'),
      ...termsInBody,
    }),
    reply: told.answer(
      {
        fail_num: failures,
        channels: told.list(LiveUrl).describe('address of each channel, or why there is none'),
        request_id: told.text.describe('id of the request in IVM’s records'),
      },
      failNumSpellings,
    ),
  }),
  /**
   * Gives what it takes to play live pictures of HoloSens devices from peer to peer, and relayed addresses beside. The
   * answer is 200 even if every channel failed, and devices and addresses have a result each: IVM.20020011 says that a
   * device is no HoloSens one, IVM.20020004 that peers can't be connected (9.11).
   *
   * @deprecated Use `createLiveConnections`.
   */
  batchGetLiveP2pConnections: operation({
    section: '9.11',
    summary: 'Get what it takes to play live pictures from peer to peer.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/p2p-connect/live',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [playsWholeAnswer],
    successor: 'createLiveConnections',
    outcomes: ['p2p_connections', 'live_urls'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(LivePeerInput).describe('channels that are to be played'),
      ...termsInBody,
    }),
    reply: told.answer(
      {
        fail_num: failures,
        p2p_connections: told.list(LivePeer).describe('devices that peers can connect to'),
        live_urls: told.list(LiveUrl).describe('addresses that the cloud relays'),
        request_id: told.text.describe('id of the request in IVM’s records'),
      },
      failNumSpellings,
    ),
  }),
  /**
   * Gives what it takes to play recordings on HoloSens devices from peer to peer; its successor takes one channel at a
   * time. The answer is 200 even if every channel failed: IVM.20020011 says that a device is no HoloSens one,
   * IVM.20020004 that peers can't be connected (9.12).
   *
   * @deprecated Use `showPlaybackConnection`.
   */
  batchGetPlaybackP2pConnections: operation({
    section: '9.12',
    summary: 'Get what it takes to play recordings from peer to peer.',
    method: 'POST',
    path: '/v1/{user_id}/devices/channels/p2p-connect/playback',
    effect: 'read',
    protocols: ['HOLO'],
    notes: [playsWholeAnswer],
    successor: 'showPlaybackConnection',
    outcomes: ['p2p_connections'],
    parameters: sent.nothing,
    query: sent.nothing,
    body: z.strictObject({
      channels: z.array(PlaybackPeerInput).min(1).max(1000).describe('channels that are to be played, 1 to 1000'),
    }),
    reply: told.answer(
      {
        failNum: failures,
        p2p_connections: told.list(PlaybackPeer).describe('what it takes for each channel, or why there is nothing'),
      },
      { failed_num: 'failNum', fail_num: 'failNum' },
    ),
  }),
};
