import { member } from '#lib/json/exact-json.ts';
import { unbindTypes } from './enumerations.ts';
import { id, keyword, list, messageData, object, text } from './fields.ts';
import type { MessageModule } from './message-module.ts';
import { cameraOf, column, elementsOf, idColumn } from './read-fields.ts';

const device = object('a device or channel that was unbound', {
  device_id: id('device'),
  channel_id: id('channel; empty where the whole device is meant'),
  message: object('details of an unbound package', { resource_id: text('identifier of the package') }),
});

/** `data` of a device_unbind (reference 10.1.4.4). */
export const DeviceUnbindData = messageData('devices deleted or unbound, or packages unbound from them', {
  message_type: keyword('what was unbound; not the message_type of the message', unbindTypes),
  devices: list('devices and channels concerned', device),
});

/** Deleted devices and unbound packages (reference 10.1.4.4). The message carries no time of its own. */
export const deviceUnbind: MessageModule = {
  messageType: 'device_unbind',
  section: '10.1.4.4',
  schema: DeviceUnbindData,
  camera: (data) => cameraOf(elementsOf(member(data, 'devices'))[0]?.element),
  eventTime: () => undefined,
  columns: (data) => column('unbind_type', member(data, 'message_type')),
  children: (data) =>
    elementsOf(member(data, 'devices')).map(({ index, element }) => ({
      part: 'device',
      index,
      ...cameraOf(element),
      columns: idColumn('resource_id', member(member(element, 'message'), 'resource_id')),
      data: element,
      pictures: [],
    })),
  pictures: () => [],
};
