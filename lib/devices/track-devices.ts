import type { EventRecord } from '#lib/events/event-record.ts';
import { isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import { applyChanges, type DeviceStates, type StateChange } from './device-states.ts';

/** Far more than a recorder has: the length of the list is the sender's choice, and each takes a write. */
const mostChannels = 1_000;

/** What a `device_status` or `device_unbind` message says about devices and channels (reference 10.1.4.3, 10.1.4.4). */
export function stateChanges(record: EventRecord): StateChange[] {
  if (record.messageType === 'device_status') return statusChanges(record);
  return record.messageType === 'device_unbind' ? unbindChanges(record) : [];
}

/**
 * Applies what the stored messages of a batch say; older news than what is known changes nothing.
 *
 * @returns one result per message, in their order
 */
export async function trackDevices(
  states: DeviceStates,
  records: readonly EventRecord[],
): Promise<PromiseSettledResult<void>[]> {
  const changes = records.map(stateChanges);
  const failed = await applyChanges(states, changes.flat());
  return changes.map((ofRecord) => {
    const failure = ofRecord.find((change) => failed.has(change));
    return (failure && failed.get(failure)) ?? { status: 'fulfilled', value: undefined };
  });
}

function statusChanges(record: EventRecord): StateChange[] {
  const method = member(record.data, 'method');
  const param = member(record.data, 'param');
  const deviceId = member(param, 'device_id');
  if (typeof deviceId !== 'string' || deviceId === '') return [];
  const device = { deviceId, order: orderOf(record) };
  const changes: StateChange[] = [
    { ...device, aspect: 'description', values: picked(param, ['device_name', 'device_type']) },
    { ...device, aspect: 'quality', values: picked(param, ['qos', 'time_delay', 'packet_loss_rate']) },
    ...channelChanges(record, deviceId, method, member(param, 'video_channel')),
  ];
  if (method === 'login' || method === 'logout') {
    const values = {
      online: method === 'login',
      ...picked(param, ['offline_reason_type', 'online_time', 'last_login_time']),
    };
    changes.push({ ...device, aspect: 'presence', values });
  }
  if (method === 'offline_reason_notice') {
    const values = { online: false, ...picked(param, ['offline_reason_type']) };
    changes.push({ ...device, aspect: 'presence', values });
  }
  if (method === 'upgrade_result') {
    changes.push({ ...device, aspect: 'upgrade', values: picked(param, ['overall_upgrade_status']) });
  }
  return changes.filter(({ values }) => Object.keys(values).length > 0);
}

function channelChanges(
  record: EventRecord,
  deviceId: string,
  method: Json | undefined,
  channels: Json | undefined,
): StateChange[] {
  if (!Array.isArray(channels)) return [];
  return channels.slice(0, mostChannels).flatMap((channel): StateChange[] => {
    const channelId = member(channel, 'channel_id');
    if (typeof channelId !== 'string' || channelId === '') return [];
    const base = { deviceId, channelId, order: orderOf(record) };
    const state = member(channel, 'channel_state');
    const description = picked(channel, [
      'channel_name',
      'channel_ability',
      'device_type',
      'manufacture',
      'firmware',
      'model',
    ]);
    const upgrades = member(channel, 'status_list');
    return [
      { ...base, aspect: 'description', values: description },
      // 0 is offline and 1 online; a renaming and an upgrade carry the field without speaking of it.
      ...(method !== 'channel_name_notice' && method !== 'upgrade_result' && (state === 0 || state === 1)
        ? [{ ...base, aspect: 'presence' as const, values: { online: state === 1 } }]
        : []),
      ...(method === 'upgrade_result' && Array.isArray(upgrades)
        ? [{ ...base, aspect: 'upgrade' as const, values: { status_list: upgrades } }]
        : []),
    ];
  });
}

/** What the end of a binding means (reference 10.1.4.4): without access or industry data nothing comes from a camera any more. */
const endings: { readonly [messageType: string]: Pick<StateChange, 'aspect' | 'values'> } = {
  DELETE_DEVICE: { aspect: 'package', values: { status: 'gone' } },
  UNBIND_DEVICE: { aspect: 'package', values: { status: 'gone' } },
  UNBIND_MANAGE: { aspect: 'package', values: { status: 'no-package', lacking: ['access'] } },
  UNBIND_DATAFLOW: { aspect: 'package', values: { status: 'no-package', lacking: ['industry-data'] } },
  UNBIND_MOTION: { aspect: 'storage', values: { ended: 'motion' } },
  UNBIND_NORMAL: { aspect: 'storage', values: { ended: 'continuous' } },
};

function unbindChanges(record: EventRecord): StateChange[] {
  const type = member(record.data, 'message_type');
  const devices = member(record.data, 'devices');
  const ending = typeof type === 'string' && Object.hasOwn(endings, type) ? endings[type] : undefined;
  if (ending === undefined || !Array.isArray(devices)) return [];
  return devices.filter(isJsonObject).flatMap((device): StateChange[] => {
    const deviceId = member(device, 'device_id');
    const channelId = member(device, 'channel_id');
    if (typeof deviceId !== 'string' || deviceId === '') return [];
    const resourceId = member(member(device, 'message'), 'resource_id');
    return [
      {
        deviceId,
        ...(typeof channelId === 'string' && channelId !== '' ? { channelId } : {}),
        aspect: ending.aspect,
        order: orderOf(record),
        values: { ...ending.values, ...(resourceId === undefined ? {} : { resource_id: resourceId }) },
      },
    ];
  });
}

const orderOf = (record: EventRecord): string => `${record.occurredAt}#${record.messageId}`;

/** The named members that say something: IVM sends empty strings and nulls for what it does not know. */
const picked = (value: Json | undefined, names: readonly string[]): { [name: string]: Json } =>
  Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const found = member(value, name);
      return found === undefined || found === null || found === '' ? [] : [[name, found]];
    }),
  );
