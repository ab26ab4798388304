import { type Json, member } from '#lib/json/exact-json.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { ChildPart, MessageModule } from './message-module.ts';
import { outlines } from './outlines.ts';
import { cameraOf, column, columnsOf, elementsOf, firstMember, idText, textMember } from './read-fields.ts';

function channelPart(deviceId: string, index: number, element: Json): ChildPart {
  const upgrades = elementsOf(member(element, 'status_list')).map((entry) => entry.element);
  return {
    part: 'device',
    index,
    deviceId,
    channelId: idText(member(element, 'channel_id')),
    columns: {
      ...columnsOf(element, [
        'channel_name',
        'channel_state',
        'device_type',
        'manufacture',
        'firmware',
        'model',
        'alarm_uuid',
      ]),
      ...column('upgrade_status', firstMember(upgrades, 'status')),
    },
    data: element,
    pictures: [],
  };
}

/** Devices and channels going on- or offline, renamed or upgraded (reference 10.1.4.3); subscribed to as DEVICE_EXCEPTION. */
export const deviceStatus: MessageModule = {
  messageType: 'device_status',
  section: '10.1.4.3',
  inspectFields: createFieldInspector(outlines.device_status),
  camera: (data) => cameraOf(member(data, 'param')),
  eventTime: (data) => textMember(member(data, 'param'), 'time'),
  columns(data) {
    const source = member(data, 'param');
    return {
      ...columnsOf(data, ['method']),
      ...columnsOf(source, [
        'device_name',
        'device_type',
        'offline_reason_type',
        'qos',
        'time_delay',
        'packet_loss_rate',
        'online_time',
        'alarm_uuid',
      ]),
      ...column('upgrade_status', member(source, 'overall_upgrade_status')),
    };
  },
  children(data) {
    const source = member(data, 'param');
    const { deviceId } = cameraOf(source);
    const overall = column('upgrade_status', member(source, 'overall_upgrade_status'));
    return elementsOf(member(source, 'video_channel')).map(({ index, element }) => {
      const part = channelPart(deviceId, index, element);
      // Whether the state of a channel is the news depends on what changed.
      return { ...part, columns: { ...columnsOf(data, ['method']), ...overall, ...part.columns } };
    });
  },
  pictures: () => [],
};
