import { type CallbackClient, createCallbackClient } from './callback-client.ts';
import type { IvmHttp } from './http.ts';
import { createInventoryClient, type InventoryClient } from './inventory-client.ts';
import { createPictureClient, type PictureClient } from './picture-client.ts';
import { createPictureDownload, type PictureDownload } from './picture-download.ts';
import { createSnapshotClient, type SnapshotClient } from './snapshot-client.ts';
import { createStatisticsClient, type StatisticsClient } from './statistics-client.ts';
import { createTokenCalls, type Tokens } from './token-calls.ts';

export { type Credentials, type IssuedToken, requestToken } from './access-token.ts';
export type { CallbackClient, Registration } from './callback-client.ts';
export type { AlarmPictures, IntelligencePictures } from './picture-client.ts';
export type { Tokens } from './token-calls.ts';
export { isTokenAccepted } from './token-check.ts';

export type IvmClient = InventoryClient &
  SnapshotClient &
  StatisticsClient &
  CallbackClient &
  PictureClient &
  PictureDownload;

/**
 * The interfaces of IVM that the product lives on; a refused token is renewed once, whatever the request. Functions make the part
 * that they need, and load its interfaces alone.
 */
export function createIvmClient(http: IvmHttp, userId: string, tokens: Tokens): IvmClient {
  const calls = createTokenCalls(http, tokens);
  return {
    ...createInventoryClient(calls, userId),
    ...createSnapshotClient(calls, userId),
    ...createStatisticsClient(calls, userId),
    ...createCallbackClient(calls, userId),
    ...createPictureClient(calls, userId),
    ...createPictureDownload(http, calls),
  };
}
