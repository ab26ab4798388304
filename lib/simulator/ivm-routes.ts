import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import type { OperationName } from '#lib/ivm/operations/operations.ts';
import { type Json, type JsonObject, member, stringifyExact } from '#lib/json/exact-json.ts';
import type { ApiAnswer, ApiRequest, Route } from './api-server.ts';
import type { CallbackRegistry } from './callback-registry.ts';
import { createRouteTo, createServe, type Serve } from './interfaces/operation-route.ts';
import { failedItem, type IvmCode, IvmRefusal } from './ivm-refusal.ts';
import { localTime } from './local-time.ts';
import type { PictureDesk } from './picture-desk.ts';
import type { CallbackAnswer, CallbackTarget } from './post-callback.ts';
import type { PictureKind } from './record-ids.ts';
import type { SnapshotDesk } from './snapshot-desk.ts';
import type { createStatisticsRoutes } from './statistics-routes.ts';
import type { TokenLedger } from './token-ledger.ts';

export type Account = { userId: string; accessKey: string; secretKey: string };

export type IvmDependencies = {
  account: Account;
  tokens: TokenLedger;
  callbacks: CallbackRegistry;
  pictures: PictureDesk;
  /** Sends the test message of a registration. */
  probe(target: CallbackTarget, body: Buffer): Promise<CallbackAnswer>;
  nextMessageId(): bigint;
  snapshots: SnapshotDesk;
  statistics: ReturnType<typeof createStatisticsRoutes>;
  /** Interfaces that are served as they are declared. */
  declared(serve: Serve): Route[];
  /** The answer that was ordered in place of an interface's own, if any. */
  orderedAnswer(name: InterfaceName): ApiAnswer | undefined;
  timeZone: string;
};

/** Interfaces whose answers can be ordered, by their names in the reference; and the download of a snapshot. */
export type InterfaceName = OperationName | 'snapshotPicture';

/**
 * All interfaces of IVM, and the download of pictures. Tokens, subscriptions, pictures, snapshots and statistics (4, 10) have codes
 * and forms of their own for nearly every member; all others are served as they are declared.
 */
export function createIvmRoutes(dependencies: IvmDependencies): Route[] {
  const { account, tokens, pictures, snapshots, statistics, orderedAnswer } = dependencies;
  const routeTo = createRouteTo({
    checkToken: (request) => tokens.check(request.header('access-token')),
    checkUser: (userId) => checkUser(account, userId),
    orderedAnswer,
  });

  return [
    routeTo('createAccessToken', (request) => issueToken(dependencies, request)),
    routeTo('setCallback', (request) => setCallback(dependencies, request)),
    routeTo('showCallback', (request) => showCallback(dependencies, request)),
    routeTo('deleteCallback', (request) => deleteCallback(dependencies, request)),
    routeTo('batchGetIntelligencePictures', (request) => intelligencePictures(pictures, request.json())),
    routeTo('batchGetAlarmPictures', (request) => alarmPictures(pictures, request.json())),
    // Before devices by their ids: its path is that of one.
    routeTo('snapDevice', snapshots.snap),
    routeTo('showPeopleStatistics', statistics.people),
    routeTo('showTimeHeatmap', statistics.timeHeatmap),
    routeTo('showSpaceHeatmap', statistics.spaceHeatmap),
    ...dependencies.declared(createServe(routeTo)),
    {
      method: 'GET',
      path: /^\/v1\/holo\/.+$/,
      answer(request) {
        tokens.check(request.header('access-token'));
        const snapshot = request.path.endsWith('_snap/static') ? orderedAnswer('snapshotPicture') : undefined;
        const kept = snapshot ?? snapshots.serve(request.path);
        if (kept !== undefined) return kept;
        const { image, asJson } = pictures.serve(request.path, request.query);
        return asJson ? { json: { pic_data: image.toString('base64') } } : { bytes: image, contentType: 'image/png' };
      },
    },
  ];
}

function checkUser(account: Account, userId: string | undefined): void {
  if (!/^\d{15,25}$/.test(userId ?? '')) throw new IvmRefusal('IVM.10020000');
  if (userId !== account.userId) throw new IvmRefusal('IVM.10020048');
}

const keyPattern = /^[A-Za-z0-9-]{1,64}$/;

function issueToken({ account, tokens }: IvmDependencies, request: ApiRequest): ApiAnswer {
  const body = request.json();
  const ak = textOf(body, 'ak');
  const sk = textOf(body, 'sk');
  if (!keyPattern.test(ak)) throw new IvmRefusal('IVM.10020020');
  if (!keyPattern.test(sk)) throw new IvmRefusal('IVM.10020021');
  const forceUpdate = member(body, 'force_update') ?? false;
  if (typeof forceUpdate !== 'boolean') throw new IvmRefusal('IVM.10020008');
  if (ak !== account.accessKey || sk !== account.secretKey) throw new IvmRefusal('IVM.10020022');
  const { accessToken, remainingSeconds } = tokens.issue(forceUpdate);
  return { json: { access_token: accessToken, expire_time: String(remainingSeconds) } };
}

async function setCallback(dependencies: IvmDependencies, request: ApiRequest): Promise<ApiAnswer> {
  const { callbacks, timeZone } = dependencies;
  const body = request.json();
  const url = textOf(body, 'callback_url');
  const subscription = subscriptionOf(textOf(body, 'subscription_type'));
  const authKey = member(body, 'auth_key') ?? undefined;
  if (!isCallbackUrl(url)) throw new IvmRefusal('IVM.20050003');
  if (authKey !== undefined && !isAuthKey(authKey)) throw new IvmRefusal('IVM.10027061');

  const target = authKey === undefined ? { url } : { url, authKey };
  const test = stringifyExact({ message_id: dependencies.nextMessageId(), test: true });
  const answer = await dependencies.probe(target, Buffer.from(test));
  if (answer.outcome !== 'answered' || answer.status !== 200) throw new IvmRefusal('IVM.20050005');

  const { createdAt } = callbacks.set(subscription, target);
  return {
    json: {
      callback_url: url,
      subscription_type: subscription,
      create_time: localTime(createdAt, timeZone).plain,
    },
  };
}

/** 256 ordinary characters at most, nothing Chinese, http or https (reference 10.1.1). */
function isCallbackUrl(url: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/i.test(url) || url.length > 256) return false;
  return URL.canParse(url);
}

const isAuthKey = (key: Json): key is string => typeof key === 'string' && key.length >= 6 && key.length <= 18;

function showCallback({ callbacks, timeZone }: IvmDependencies, request: ApiRequest): ApiAnswer {
  const subscription = subscriptionOf(request.query.get('subscription_type'));
  const registration = callbacks.get(subscription);
  if (registration === undefined) return { json: {} };
  return {
    json: {
      callback_url: registration.url,
      subscription_type: subscription,
      create_time: localTime(registration.createdAt, timeZone).plain,
      update_time: localTime(registration.updatedAt, timeZone).plain,
      ...(registration.authKey === undefined ? {} : { auth_key: registration.authKey }),
    },
  };
}

function deleteCallback({ callbacks }: IvmDependencies, request: ApiRequest): ApiAnswer {
  const subscription = subscriptionOf(request.query.get('subscription_type'));
  if (!callbacks.delete(subscription)) throw new IvmRefusal('IVM.20050004');
  return { json: { subscription_type: subscription } };
}

function subscriptionOf(text: string | null): Subscription {
  const entry = subscriptions.find(({ subscription }) => subscription === text);
  if (entry === undefined) throw new IvmRefusal('IVM.10027022');
  return entry.subscription;
}

const typeOfKind: Readonly<Record<PictureKind, string>> = {
  target: 'TARGET',
  body: 'BODY',
  panorama: 'BACKGROUND',
  vehicle: 'VEHICLE',
  plate: 'PLATE',
};

/** Which services and picture types belong to a `data_classification` (reference 10.2.1). */
const classifications = new Map([
  ['TARGET', { services: [1, 2, 20, 22], types: ['ALL', 'BODY', 'BACKGROUND', 'TARGET'] }],
  ['VEHICLE', { services: [6, 7, 8, 53], types: ['ALL', 'VEHICLE', 'BODY', 'BACKGROUND', 'PLATE'] }],
]);

function intelligencePictures(desk: PictureDesk, body: JsonObject): ApiAnswer {
  const classification = classifications.get(textOf(body, 'data_classification'));
  if (classification === undefined) throw new IvmRefusal('IVM.10027005');
  const type = textOf(body, 'type');
  if (!classification.types.includes(type)) throw new IvmRefusal('IVM.10027010');

  const items = textsOf(body, 'data_ids').map((dataId) => {
    const found = desk.recordPictures(dataId, (service) => classification.services.includes(service));
    if (typeof found === 'string') return unfound(dataId, found);
    const urls = found
      .map(({ kind, url }) => ({ type: typeOfKind[kind], url }))
      .filter((picture) => type === 'ALL' || picture.type === type);
    if (urls.length === 0) return unfound(dataId, 'IVM.10027008');
    return { failed: false, json: { data_id: dataId, urls, result: { code: 'IVM.0', msg: 'Success' } } };
  });
  return batchAnswer('data', items);
}

const unfound = (dataId: string, code: IvmCode) => ({
  failed: true,
  json: { data_id: dataId, urls: [], result: failedItem(code) },
});

const maxUuidLength = 128;

function alarmPictures(desk: PictureDesk, body: JsonObject): ApiAnswer {
  const uuids = textsOf(body, 'alarm_uuids');
  if (uuids.some((uuid) => uuid === '' || uuid.length > maxUuidLength)) throw new IvmRefusal('IVM.10020014');
  const items = uuids.map((uuid) => {
    const found = desk.alarmPictures(uuid);
    const isFound = typeof found !== 'string';
    return {
      failed: !isFound,
      json: {
        alarm_uuid: uuid,
        url: isFound ? found.url : '',
        targetgroup_url: isFound ? found.targetGroupUrl : '',
        result: isFound ? { code: 'IVM.0', msg: 'success' } : failedItem(found),
      },
    };
  });
  return batchAnswer('alarms', items);
}

/** Failures of single items leave the answer at 200 (reference 10.2). */
function batchAnswer(name: string, items: readonly { failed: boolean; json: JsonObject }[]): ApiAnswer {
  return { json: { failed_num: items.filter(({ failed }) => failed).length, [name]: items.map(({ json }) => json) } };
}

/** A text member; empty where it is missing. Anything but text does not fit the interface's types. */
function textOf(body: JsonObject, name: string): string {
  const value = member(body, name) ?? '';
  if (typeof value !== 'string') throw new IvmRefusal('IVM.10020008');
  return value;
}

const maxBatch = 100;

function textsOf(body: JsonObject, name: string): string[] {
  const value = member(body, name) ?? [];
  if (!Array.isArray(value)) throw new IvmRefusal('IVM.10020008');
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length < value.length) throw new IvmRefusal('IVM.10020008');
  if (texts.length === 0) throw new IvmRefusal('IVM.10020001');
  if (texts.length > maxBatch) throw new IvmRefusal('IVM.10027006');
  return texts;
}
