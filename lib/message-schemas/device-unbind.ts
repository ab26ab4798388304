import { unbindTypes } from './enumerations.ts';
import { id, keyword, list, messageData, object, text } from './fields.ts';

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
