import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { maximumRequeues, type SpillRecord } from '#lib/callback/recover-spill.ts';
import type { DeviceStates } from '#lib/devices/track-device.ts';
import { type Attribute, type Item, integer, integerOf, text, textOf } from '#lib/events/attribute.ts';
import { cameraKey, encodeId } from '#lib/events/event-keys.ts';
import { fitAttribute } from '#lib/events/fit-attribute.ts';

const secondsPerDay = 86_400;
/** SQS keeps a pointer 14 days, and its dead letter as long again. */
const spillRecordDays = 30;
const pictureHostDays = 30;

const inDays = (now: Date, days: number): Attribute => integer(Math.floor(now.getTime() / 1000) + days * secondsPerDay);

/** The table `state`, item by item; the kinds of item each have their own adapter below. */
function stateItems(tableName: string, client: DynamoDBClient) {
  return {
    get: async (kind: string, id: string): Promise<Item | undefined> => {
      const { Item: item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: { kind: text(kind), id: text(id) }, ConsistentRead: true }),
      );
      return item as Item | undefined;
    },
    put: async (kind: string, id: string, attributes: Item): Promise<void> => {
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: { ...attributes, kind: text(kind), id: text(id) } }),
      );
    },
    /** Sets attributes and leaves the others; gives `false` where the condition does not hold. */
    update: async (
      kind: string,
      id: string,
      set: Item,
      condition?: { expression: string; values: Item; names: Record<string, string> },
    ) => {
      const names = Object.keys(set);
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { kind: text(kind), id: text(id) },
            UpdateExpression: `SET ${names.map((_, index) => `#s${index} = :s${index}`).join(', ')}`,
            ExpressionAttributeNames: {
              ...Object.fromEntries(names.map((name, index) => [`#s${index}`, name])),
              ...condition?.names,
            },
            ExpressionAttributeValues: {
              ...Object.fromEntries(Object.values(set).map((value, index) => [`:s${index}`, value])),
              ...condition?.values,
            },
            ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    query: async (kind: string): Promise<Item[]> => {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'kind = :kind',
            ExpressionAttributeValues: { ':kind': text(kind) },
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        items.push(...((page.Items ?? []) as Item[]));
        start = page.LastEvaluatedKey as Item | undefined;
      } while (start !== undefined);
      return items;
    },
  };
}

/** What is known of spilled callbacks: how often each was requeued, and which event it became. */
export function createSpillRecords(tableName: string, now: () => Date, client = new DynamoDBClient({})) {
  const items = stateItems(tableName, client);
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
export function createDeviceStates(tableName: string, client = new DynamoDBClient({})): DeviceStates {
  const items = stateItems(tableName, client);
  return {
    apply: async (change) => {
      const { attribute = { M: {} } } = fitAttribute(change.values, change.aspect);
      const value: Attribute = 'M' in attribute ? { M: { ...attribute.M, order: text(change.order) } } : attribute;
      const { deviceId, channelId } = change;
      const applied = await items.update(
        channelId === undefined ? 'device' : 'channel',
        channelId === undefined ? encodeId(deviceId) : cameraKey(deviceId, channelId),
        { [change.aspect]: value },
        {
          expression: 'attribute_not_exists(#aspect) OR #aspect.#order < :order',
          names: { '#aspect': change.aspect, '#order': 'order' },
          values: { ':order': text(change.order) },
        },
      );
      return applied ? 'applied' : 'older';
    },
  };
}

/** Origins of pictures that the IVM API itself has named, remembered for 30 days. */
export function createPictureHosts(tableName: string, now: () => Date, client = new DynamoDBClient({})) {
  const items = stateItems(tableName, client);
  return {
    learned: async (): Promise<readonly string[]> => {
      const nowSeconds = now().getTime() / 1000;
      return (await items.query('picture-host'))
        .filter((item) => (integerOf(item['expires_at']) ?? 0) > nowSeconds)
        .flatMap((item) => textOf(item['id']) ?? []);
    },
    learn: async (origin: string): Promise<void> => {
      await items.update('picture-host', origin, { expires_at: inDays(now(), pictureHostDays) });
    },
  };
}

/** The hour up to which `retry-pictures` has seen every open picture. */
export function createPictureWatermark(tableName: string, client = new DynamoDBClient({})) {
  const items = stateItems(tableName, client);
  return {
    read: async (): Promise<string | undefined> => textOf((await items.get('watermark', 'open-pictures'))?.['hour']),
    write: async (hour: string): Promise<void> => {
      await items.put('watermark', 'open-pictures', { hour: text(hour) });
    },
  };
}
