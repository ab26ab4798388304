import { createHash } from 'node:crypto';
import type { JsonObject } from '#lib/json/exact-json.ts';
import type { Route } from '../api-server.ts';
import { IvmRefusal } from '../ivm-refusal.ts';
import { localTime } from '../local-time.ts';
import { type ChannelIds, named } from './find-channel.ts';
import { createMediaFinder, someOf } from './find-media.ts';
import { doneItem, resultsOf } from './item-results.ts';
import { fromRow } from './listing.ts';
import type { Serve } from './operation-route.ts';
import { createPlayAddresses } from './play-addresses.ts';
import type { RecordingPlans } from './recording-plans.ts';
import type { Recording, Span } from './recordings.ts';
import type { Tenant } from './tenant.ts';

const mostChannels = 100;
const bytesPerSecond = 256_000;
/** Older recordings are stored as cold copies. */
const hotMs = 30 * 86_400_000;

/** Addresses to play live pictures and recordings at, and the recordings that there are (9). */
export function createMediaRoutes(serve: Serve, tenant: Tenant, plans: RecordingPlans): Route[] {
  const { seed, now, timeZone } = tenant;
  const find = createMediaFinder(tenant, plans);
  const addresses = createPlayAddresses(tenant);
  let batches = 0;

  const told = ({ fromMs, untilMs }: Span): JsonObject => {
    const begins = localTime(new Date(fromMs), timeZone);
    return {
      record_name: `${begins.compact}_rf`,
      start_time: begins.plain,
      end_time: localTime(new Date(untilMs), timeZone).plain,
    };
  };
  const toldOfCloud = (one: Recording): JsonObject => ({
    ...told(one),
    record_id: one.id,
    record_size: Math.round((one.untilMs - one.fromMs) / 1000) * bytesPerSecond,
  });
  const requestId = (): string => {
    batches += 1;
    const hex = createHash('sha256').update(`${seed}|media-batch|${batches}`).digest('hex');
    return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };

  return [
    serve('createLiveConnections', ({ channels, expire_time: expiresIn }) => {
      checkCount(channels);
      const nothing = { cloud_trans_connections: {}, p2p_connections: {} };
      const { failed, results } = resultsOf(
        channels,
        (item) => ({ ...named(item), ...nothing }),
        (item) => {
          const camera = find.answering(item);
          const stream = find.stream(camera, item.stream_type);
          const protocol = asJvmp(item.live_protocol);
          return {
            cloud_trans_connections: {
              live_url: addresses.give(camera, { protocol, source: 'live', stream, expiresIn }),
            },
            ...(protocol === 'JVMP' && camera.protocol === 'HOLO' ? { p2p_connections: addresses.peers() } : {}),
          };
        },
      );
      return { fail_num: failed, live_connections: results };
    }),
    serve('listPlaybackRecords', (asked) => {
      const { record_position: position, record_type: type = 'ALL_RECORD', alarm_rec_type: alarmType } = asked;
      const isInCloud = position === 'CLOUD';
      const camera = isInCloud ? find.playable(asked) : find.answering(asked);
      const all = isInCloud ? find.inCloud(camera, asked) : find.onDevice(camera, asked);
      // Only those in the cloud can be asked for by what they are, and of these none that was made for an alarm.
      const isWanted = (one: Recording) =>
        (!isInCloud || type === 'ALL_RECORD' || type === reasonOf(one)) &&
        (alarmType === undefined || alarmType === one.alarmType);
      const wanted = someOf(all.filter((one) => isWanted(one)));
      const storageState = ({ untilMs }: Recording) => (untilMs < now().getTime() - hotMs ? 3 : 0);
      return {
        total: wanted.length,
        ...named(asked),
        records: fromRow(wanted, asked).map((one) => ({
          ...(isInCloud ? toldOfCloud(one) : told(one)),
          record_type: reasonOf(one),
          storage_state: storageState(one),
          alarm_rec_type: one.alarmType === undefined ? [] : [one.alarmType],
        })),
      };
    }),
    serve('showPlaybackConnection', (asked) => {
      const { record_position: position, expire_time: expiresIn, start_time, end_time } = asked;
      const isOnDevice = position === 'DEVICE';
      const camera = isOnDevice ? find.answering(asked) : find.playable(asked);
      const stream = find.stream(camera, asked.stream_type);
      if (isOnDevice) find.onDevice(camera, asked);
      else find.inCloud(camera, asked);
      const protocol = asJvmp(asked.playback_protocol);
      const source = isOnDevice ? 'dev_vod' : 'vod';
      const connection = {
        ...named(asked),
        cloud_trans_connections: {
          // That of HOLO is the same wherever the recording is.
          playback_url: addresses.give(camera, {
            protocol,
            source: protocol === 'JVMP' ? 'vod' : source,
            stream,
            expiresIn,
          }),
        },
      };
      if (protocol !== 'JVMP' || !isOnDevice || camera.protocol !== 'HOLO') {
        return { playback_connections: { ...connection, p2p_connections: {} } };
      }
      const peers = { ...addresses.peers(), result: doneItem, start_time, end_time };
      // The table has peers within, the example beside: here each is met with one kind of recorders.
      return camera.deviceType === 'MEdge'
        ? { playback_connections: { ...connection, p2p_connections: peers } }
        : { playback_connections: connection, p2p_connections: peers };
    }),
    serve('batchDeletePlayUrls', ({ urls }) => {
      addresses.revoke(urls.map(({ url }) => url));
      return { error_code: doneItem.code, error_msg: doneItem.msg };
    }),
    serve('listCloudRecords', (asked) => {
      const camera = find.playable(asked);
      const all = find.inCloud(camera, asked);
      return {
        total: all.length,
        ...named(asked),
        records: fromRow(all, asked).map((one) => ({
          ...toldOfCloud(one),
          record_type: one.alarmType === undefined ? 'NORMAL_RECORD' : 'MOTION_RECORD',
          // A text or null here, where its successor has a list.
          alarm_rec_type: one.alarmType ?? null,
        })),
      };
    }),
    serve('showCloudRecordPlaybackUrl', (asked) => {
      const camera = find.playable(asked);
      find.inCloud(camera, asked);
      const { playback_protocol: protocol, expire_time: expiresIn } = asked;
      return { ...named(asked), playback_url: addresses.give(camera, { protocol, source: 'vod', expiresIn }) };
    }),
    serve('listDeviceRecords', (asked) => {
      const camera = find.answering(asked);
      const records = fromRow(find.onDevice(camera, asked), asked);
      // The example has a total of 0 beside a recording.
      return { total: 0, records: records.map((one) => ({ ...told(one), record_type: reasonOf(one) })) };
    }),
    serve(
      'showGbDeviceRecordPlaybackUrl',
      (asked) => {
        const camera = find.answering(asked);
        const stream = find.stream(camera, asked.stream_type);
        find.onDevice(camera, asked);
        const { expire_time: expiresIn } = asked;
        // Of the device, and yet among the live ones, as the example has it.
        const playbackUrl = addresses.give(camera, { protocol: 'HOLO', source: 'live', stream, expiresIn });
        return { ...named(asked), playback_url: playbackUrl };
      },
      // An id of any other form is that of a device that speaks HOLO.
      { device_id: 'IVM.20020010' },
    ),
    serve('showDeviceRecordWebPlaybackUrl', (asked) => {
      const { protocol, expire_time: expiresIn } = asked;
      const camera = find.answering(asked);
      if (protocol.includes('FLV') && camera.protocol !== 'GB28181') throw new IvmRefusal('IVM.20020010');
      const stream = find.stream(camera, asked.stream_type);
      find.onDevice(camera, asked);
      return {
        ...named(asked),
        playback_url: addresses.give(camera, { protocol, source: 'dev_vod', stream, expiresIn }),
      };
    }),
    serve('batchGetLiveUrls', ({ channels, expire_time: expiresIn }) => {
      checkCount(channels);
      const { failed, results } = resultsOf(channels, named, (item) => {
        const camera = find.answering(item);
        const stream = find.stream(camera, item.stream_type);
        const protocol = asJvmp(item.live_protocol);
        const isMute = item.forbid_audio === 1;
        return { live_url: addresses.give(camera, { protocol, source: 'live', stream, expiresIn, isMute }) };
      });
      return { fail_num: failed, channels: results, request_id: requestId() };
    }),
    serve('batchGetLiveP2pConnections', ({ channels, expire_time: expiresIn }) => {
      checkCount(channels);
      const reached = (item: (typeof channels)[number]) => {
        const camera = find.peer(item);
        return { camera, stream: find.stream(camera, item.stream_type) };
      };
      const peers = resultsOf(channels, deviceOf, (item) => {
        reached(item);
        return addresses.peers();
      });
      const live = resultsOf(channels, named, (item) => {
        const { camera, stream } = reached(item);
        return { live_url: addresses.give(camera, { protocol: 'JVMP', source: 'live', stream, expiresIn }) };
      });
      return {
        fail_num: live.failed,
        p2p_connections: peers.results,
        live_urls: live.results,
        request_id: requestId(),
      };
    }),
    serve('batchGetPlaybackP2pConnections', ({ channels }) => {
      const { failed, results } = resultsOf(channels, deviceOf, (item) => {
        const camera = find.peer(item);
        find.stream(camera, item.stream_type);
        const { start_time: start, end_time: end } = item;
        if (start === undefined && end === undefined) return addresses.peers();
        if (start === undefined) throw new IvmRefusal('IVM.10020005');
        if (end === undefined) throw new IvmRefusal('IVM.10020006');
        const span = { start_time: start, end_time: end };
        find.onDevice(camera, span);
        return { ...addresses.peers(), ...span };
      });
      // Counted under this name here alone.
      return { failNum: failed, p2p_connections: results };
    }),
  ];
}

const deviceOf = ({ device_id }: ChannelIds) => ({ device_id });

/** Addresses of HOLO begin with jvmp where they are live, or asked of the newer interfaces. */
const asJvmp = <Protocol extends string>(protocol: Protocol) =>
  protocol === 'HOLO' ? 'JVMP' : (protocol as Exclude<Protocol, 'HOLO'>);

/** Why it was recorded, with the misspelt word of the reference. */
function reasonOf({ alarmType }: Recording): string {
  if (alarmType === undefined) return 'NORMAL_RECORD';
  return alarmType === 'motion_detection' ? 'MOTION_RECORD' : 'ALRAM_RECORD';
}

function checkCount(channels: readonly unknown[]): void {
  if (channels.length === 0 || channels.length > mostChannels) throw new IvmRefusal('IVM.10024000');
}
