import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { maximumRequeues, type SpillRecord } from '#lib/callback/recover-spill.ts';
import type { DeviceStates, StateChange } from '#lib/devices/device-states.ts';
import { PermanentError } from '#lib/errors.ts';
import { type Attribute, integer, integerOf, text, textOf } from '#lib/events/attribute.ts';
import { cameraKey, encodeId } from '#lib/events/event-keys.ts';
import { fitAttribute } from '#lib/events/fit-attribute.ts';
import { isValidationError } from './batch-write.ts';
import { clientSettings } from './client-settings.ts';
import { createStateItems, inDays, numbered } from './state-items.ts';

/** SQS keeps a pointer 14 days, and its dead letter as long again. */
const spillRecordDays = 30;
const pictureHostDays = 30;
const refusedHostDays = 7;

/** What is known of spilled callbacks: how often each was requeued, and which event it became. */
export function createSpillRecords(tableName: string, now: () => Date, client = new DynamoDBClient(clientSettings())) {
  const items = createStateItems(tableName, client);
  const put = async (key: string, record: SpillRecord): Promise<void> => {
    await items.update('spill', key, {
      requeues: integer(record.requeues),
      requeued_at: text(record.requeuedAt),
      expires_at: inDays(now(), spillRecordDays),
    });
  };
  return {
    get: async (key: string): Promise<SpillRecord | undefined> => {
      const item = await items.get('spill', key);
      const requeuedAt = textOf(item?.['requeued_at']);
      return requeuedAt === undefined ? undefined : { requeues: integerOf(item?.['requeues']) ?? 0, requeuedAt };
    },
    put,
    giveUp: (key: string): Promise<void> => put(key, { requeues: maximumRequeues, requeuedAt: now().toISOString() }),
    isStored: async (key: string): Promise<boolean> => (await items.get('spill', key))?.['stored_sk'] !== undefined,
    markStored: async (key: string, camera: string, sk: string): Promise<void> => {
      await items.update('spill', key, {
        stored_camera: text(camera),
        stored_sk: text(sk),
        expires_at: inDays(now(), spillRecordDays),
      });
    },
  };
}

/** States of devices and channels; of two news about one aspect the later by event time stands, however they arrive. */
export function createDeviceStates(tableName: string, client = new DynamoDBClient(clientSettings())): DeviceStates {
  const items = createStateItems(tableName, client);
  return {
    apply: async ([first, ...others]) => {
      if (first === undefined) return 'applied';
      const { kind, id } = stateKey(first);
      const changes = [first, ...others];
      const condition = {
        expression: changes
          .map((_, index) => `(attribute_not_exists(#a${index}) OR #a${index}.#order < :o${index})`)
          .join(' AND '),
        names: {
          ...numbered(
            '#a',
            changes.map(({ aspect }) => aspect),
          ),
          '#order': 'order',
        },
        values: numbered(
          ':o',
          changes.map(({ order }) => text(order)),
        ),
      };
      const set = Object.fromEntries(changes.map((change) => [change.aspect, stateValue(change)]));
      try {
        return (await items.update(kind, id, set, condition)) ? 'applied' : 'older';
      } catch (error) {
        if (!isValidationError(error)) throw error;
        throw new PermanentError('state-refused', 'DynamoDB does not take this state: its item grows too large', {
          cause: error,
        });
      }
    },
  };
}

/** Where the state of a device or channel is. */
export const stateKey = ({ deviceId, channelId }: StateChange): { kind: 'device' | 'channel'; id: string } =>
  channelId === undefined
    ? { kind: 'device', id: encodeId(deviceId) }
    : { kind: 'channel', id: cameraKey(deviceId, channelId) };

/** An aspect of a state as its attribute. */
export function stateValue({ aspect, order, values }: StateChange): Attribute {
  const { attribute = { M: {} } } = fitAttribute(values, aspect);
  return 'M' in attribute ? { M: { ...attribute.M, order: text(order) } } : attribute;
}

/** Origins of pictures that the IVM API itself has named, remembered for 30 days, and those refused in the last week. */
export function createPictureHosts(tableName: string, now: () => Date, client = new DynamoDBClient(clientSettings())) {
  const items = createStateItems(tableName, client);
  const living = async (kind: string): Promise<readonly string[]> => {
    const nowSeconds = now().getTime() / 1000;
    return (await items.query(kind))
      .filter((item) => (integerOf(item['expires_at']) ?? 0) > nowSeconds)
      .flatMap((item) => textOf(item['id']) ?? []);
  };
  const remember = async (kind: string, origin: string, days: number): Promise<void> => {
    await items.update(kind, origin, { expires_at: inDays(now(), days) });
  };
  return {
    learned: () => living('picture-host'),
    learn: (origin: string) => remember('picture-host', origin, pictureHostDays),
    refused: () => living('refused-picture-host'),
    refuse: (origin: string) => remember('refused-picture-host', origin, refusedHostDays),
  };
}

/** The hour up to which `retry-pictures` has seen every open picture. */
export function createPictureWatermark(tableName: string, client = new DynamoDBClient(clientSettings())) {
  const items = createStateItems(tableName, client);
  return {
    read: async (): Promise<string | undefined> => textOf((await items.get('watermark', 'open-pictures'))?.['hour']),
    write: async (hour: string): Promise<void> => {
      await items.put('watermark', 'open-pictures', { hour: text(hour) });
    },
  };
}
