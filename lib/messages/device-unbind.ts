import { member } from '#lib/json/exact-json.ts';
import { createFieldInspector } from './field-inspector.ts';
import type { MessageModule } from './message-module.ts';
import { outlines } from './outlines.ts';
import { cameraOf, column, elementsOf, idColumn } from './read-fields.ts';

/** Deleted devices and unbound packages (reference 10.1.4.4). The message carries no time of its own. */
export const deviceUnbind: MessageModule = {
  messageType: 'device_unbind',
  section: '10.1.4.4',
  inspectFields: createFieldInspector(outlines.device_unbind),
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
