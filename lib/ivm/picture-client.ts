import type { FailureKind } from './classify-failure.ts';
import { operationCaller } from './operations/operation-caller.ts';
import { pictures } from './operations/pictures.ts';
import type { ItemOutcome } from './operations/reply-fields.ts';
import type { TokenCalls } from './token-calls.ts';

/** Why there are no pictures of an item. */
type ItemFailure = { failure: FailureKind; code: string };
/** URLs of an alarm's pictures, empty where there is none; or why there are none. */
export type AlarmPictures = { url: string; targetGroupUrl: string } | ItemFailure;
/** Pictures of a record with IVM's own type of each: TARGET, BODY, BACKGROUND, VEHICLE, PLATE. */
export type IntelligencePictures = { type: string; url: string }[] | ItemFailure;

export type PictureClient = {
  /** @param alarmUuids up to 100; an answer for each, also where IVM left one out */
  alarmPictures(alarmUuids: readonly string[]): Promise<Map<string, AlarmPictures>>;
  /** @param dataIds up to 100 of one class: TARGET from target_data, VEHICLE from vehicle_data */
  intelligencePictures(
    dataClass: 'TARGET' | 'VEHICLE',
    dataIds: readonly string[],
  ): Promise<Map<string, IntelligencePictures>>;
};

export function createPictureClient(calls: TokenCalls, userId: string): PictureClient {
  const call = operationCaller(calls, userId);
  return {
    alarmPictures: async (alarmUuids) => {
      const { alarms } = await call('batchGetAlarmPictures', pictures.batchGetAlarmPictures, {
        alarm_uuids: [...alarmUuids],
      });
      const byUuid = new Map(alarms.map((alarm) => [alarm.alarm_uuid, alarm]));
      return answerEach(alarmUuids, byUuid, ({ url = '', targetgroup_url: targetGroupUrl = '' }) => ({
        url,
        targetGroupUrl,
      }));
    },
    intelligencePictures: async (dataClass, dataIds) => {
      const { data } = await call('batchGetIntelligencePictures', pictures.batchGetIntelligencePictures, {
        data_classification: dataClass,
        type: 'ALL',
        data_ids: [...dataIds],
      });
      const byId = new Map(data.map((record) => [record.data_id, record]));
      return answerEach(dataIds, byId, ({ urls }) => urls.map(({ type = '', url = '' }) => ({ type, url })));
    },
  };
}

/** Batch interfaces answer 200 whatever happened to their items; an item without any answer may have one the next time. */
const answerEach = <Item extends { result: ItemOutcome }, Answer>(
  ids: readonly string[],
  items: ReadonlyMap<string | undefined, Item>,
  answer: (item: Item) => Answer,
): Map<string, Answer | ItemFailure> =>
  new Map(
    ids.map((id) => {
      const item = items.get(id);
      if (item === undefined) return [id, { failure: 'transient', code: 'no-answer' }];
      const { isDone, kind, code } = item.result;
      return [id, isDone ? answer(item) : { failure: kind, code }];
    }),
  );
