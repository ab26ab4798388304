import type { Subscription } from '#lib/callback/subscriptions.ts';
import { classifyFailure, type FailureKind } from './classify-failure.ts';
import { errorCodeOf, jsonOrUndefined, plainCode } from './error-body.ts';
import type { Download, DownloadOptions, IvmHttp } from './http.ts';
import { createInventoryClient, type InventoryClient } from './inventory-client.ts';
import { failureKind, ivmError } from './ivm-error.ts';
import { AlarmPicturesReply, CallbackReply, IntelligencePicturesReply, TokenReply } from './replies.ts';
import { createSnapshotClient, type SnapshotClient } from './snapshot-client.ts';
import { createStatisticsClient, type StatisticsClient } from './statistics-client.ts';
import { createTokenCalls, readReply, type Tokens } from './token-calls.ts';

export type { Tokens } from './token-calls.ts';

/** AK and SK as the IVM console issues them. */
export type Credentials = { accessKey: string; secretKey: string };
export type IssuedToken = { token: string; remainingSeconds: number };

export type Registration = { url: string; authKey: string };

/** URLs of an alarm's pictures, empty where there is none; or why there are none. */
export type AlarmPictures = { url: string; targetGroupUrl: string } | { failure: FailureKind; code: string };
/** Pictures of a record with IVM's own type of each: TARGET, BODY, BACKGROUND, VEHICLE, PLATE. */
export type IntelligencePictures = { type: string; url: string }[] | { failure: FailureKind; code: string };

export type IvmClient = InventoryClient & SnapshotClient & StatisticsClient & CallbackClient & PictureClient;

export type CallbackClient = {
  /** Registers a callback URL and its key; IVM sends a probe first and takes the URL only if that is answered with 200. */
  setCallback(subscription: Subscription, registration: Registration): Promise<void>;
  showCallback(subscription: Subscription): Promise<Registration | undefined>;
  deleteCallback(subscription: Subscription): Promise<void>;
};

export type PictureClient = {
  /** @param alarmUuids up to 100; an answer for each, also where IVM left one out */
  alarmPictures(alarmUuids: readonly string[]): Promise<Map<string, AlarmPictures>>;
  /** @param dataIds up to 100 of one class: TARGET from target_data, VEHICLE from vehicle_data */
  intelligencePictures(
    dataClass: 'TARGET' | 'VEHICLE',
    dataIds: readonly string[],
  ): Promise<Map<string, IntelligencePictures>>;
  /**
   * Downloads a picture, from the API's own origin with the token, from any other without.
   *
   * @returns what came with a status of success, whatever it is
   * @throws IvmUnavailable or IvmRefused for any other status
   */
  downloadPicture(url: URL, options: Omit<DownloadOptions, 'token'>): Promise<Buffer>;
};

/**
 * Asks for an access token (4.1). One AK/SK holds at most two, of seven days each; asked again IVM gives the one that
 * lives longest.
 *
 * @param forceUpdate has a second token made, and works only with one token held and at most two days left
 */
export async function requestToken(
  http: IvmHttp,
  userId: string,
  { accessKey, secretKey }: Credentials,
  forceUpdate = false,
): Promise<IssuedToken> {
  const reply = await http.call({
    name: 'createAccessToken',
    method: 'POST',
    path: `/v2/${userId}/enterprises/access-token`,
    body: { ak: accessKey, sk: secretKey, ...(forceUpdate ? { force_update: true } : {}) },
  });
  const { access_token, expire_time } = readReply('createAccessToken', TokenReply, reply);
  return { token: access_token, remainingSeconds: expire_time };
}

/**
 * Whether IVM takes a token, found out with the cheapest request that needs one (10.1.3).
 *
 * @throws IvmUnavailable where no answer came; a refusal for other reasons than the token is thrown as well
 */
export async function isTokenAccepted(http: IvmHttp, userId: string, token: string): Promise<boolean> {
  try {
    await http.call({
      name: 'showCallback',
      method: 'GET',
      path: `/v1/${userId}/messages/callback`,
      query: { subscription_type: 'DEVICE_ALARM' },
      token,
    });
    return true;
  } catch (error) {
    if (failureKind(error) === 'token-refused') return false;
    throw error;
  }
}

/** The interfaces of IVM that the product lives on; a refused token is renewed once, whatever the request. */
export function createIvmClient(http: IvmHttp, userId: string, tokens: Tokens): IvmClient {
  const calls = createTokenCalls(http, tokens);
  const { call, withToken } = calls;
  const callbacks = `/v1/${userId}/messages/callback`;

  return {
    ...createInventoryClient(calls, userId),
    ...createSnapshotClient(calls, userId),
    ...createStatisticsClient(calls, userId),
    setCallback: async (subscription, { url, authKey }) => {
      await call(CallbackReply, {
        name: 'setCallback',
        method: 'POST',
        path: callbacks,
        body: { callback_url: url, subscription_type: subscription, auth_key: authKey },
      });
    },
    showCallback: async (subscription) => {
      const { callback_url, auth_key } = await call(CallbackReply, {
        name: 'showCallback',
        method: 'GET',
        path: callbacks,
        query: { subscription_type: subscription },
      });
      return callback_url === '' ? undefined : { url: callback_url, authKey: auth_key };
    },
    deleteCallback: async (subscription) => {
      await call(CallbackReply, {
        name: 'deleteCallback',
        method: 'DELETE',
        path: callbacks,
        query: { subscription_type: subscription },
      });
    },
    alarmPictures: async (alarmUuids) => {
      const { alarms } = await call(AlarmPicturesReply, {
        name: 'batchGetAlarmPictures',
        method: 'POST',
        path: `/v1/${userId}/alarms/pictures`,
        body: { alarm_uuids: alarmUuids },
      });
      const byUuid = new Map(alarms.map((alarm) => [alarm.alarm_uuid, alarm]));
      return answerEach(alarmUuids, (uuid) => {
        const alarm = byUuid.get(uuid);
        return (
          itemFailure(alarm?.result?.code, alarm !== undefined) ?? {
            url: alarm?.url ?? '',
            targetGroupUrl: alarm?.targetgroup_url ?? '',
          }
        );
      });
    },
    intelligencePictures: async (dataClass, dataIds) => {
      const { data } = await call(IntelligencePicturesReply, {
        name: 'batchGetIntelligencePictures',
        method: 'POST',
        path: `/v1/${userId}/intelligence-data/pictures`,
        body: { data_classification: dataClass, type: 'ALL', data_ids: dataIds },
      });
      const byId = new Map(data.map((record) => [record.data_id, record]));
      return answerEach(dataIds, (id) => {
        const record = byId.get(id);
        return itemFailure(record?.result?.code, record !== undefined) ?? record?.urls ?? [];
      });
    },
    downloadPicture: async (url, options) => {
      const read = async (token?: string) =>
        bytesOf(await http.download(url, token === undefined ? options : { ...options, token }));
      return url.origin === http.origin ? withToken(read) : read();
    },
  };
}

function bytesOf({ status, bytes }: Download): Buffer {
  if (status === 200) return bytes;
  const code = errorCodeOf(jsonOrUndefined(bytes.toString('utf8')));
  const failure = classifyFailure(code === undefined ? { status } : { status, code });
  if (failure.kind === 'ok') return bytes;
  throw ivmError('the download of a picture', failure, { status, code });
}

/** Batch interfaces answer 200 whatever happened to their items; an item without any answer may have one the next time. */
function itemFailure(
  code: string | undefined,
  isAnswered: boolean,
): { failure: FailureKind; code: string } | undefined {
  if (!isAnswered) return { failure: 'transient', code: 'no-answer' };
  if (code === undefined || code === '') return undefined;
  const { kind } = classifyFailure({ status: 200, code });
  return kind === 'ok' ? undefined : { failure: kind, code: plainCode(code) };
}

const answerEach = <T>(ids: readonly string[], answer: (id: string) => T): Map<string, T> =>
  new Map(ids.map((id) => [id, answer(id)]));
