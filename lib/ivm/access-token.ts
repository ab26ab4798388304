import type { IvmHttp } from './http.ts';
import { accessTokens } from './operations/access-tokens.ts';
import { uncheckedRequest } from './operations/operation-request.ts';
import { oddAnswer, readReply } from './token-calls.ts';

/** AK and SK as the IVM console issues them. */
export type Credentials = { accessKey: string; secretKey: string };
export type IssuedToken = { token: string; remainingSeconds: number };

/**
 * Asks for an access token (4.1). One AK/SK holds at most two, of seven days each; asked again IVM gives the one that
 * lives longest.
 *
 * @param forceUpdate has a second token made, and works only with one token held and at most two days left
 * @throws TransientError `odd-answer` where the answer has no token, or does not say how long it lives
 */
export async function requestToken(
  http: IvmHttp,
  userId: string,
  { accessKey, secretKey }: Credentials,
  forceUpdate = false,
): Promise<IssuedToken> {
  const name = 'createAccessToken';
  const { createAccessToken } = accessTokens;
  const keys = { ak: accessKey, sk: secretKey, ...(forceUpdate ? { force_update: true } : {}) };
  const reply = await http.call(uncheckedRequest(name, createAccessToken, userId, keys));
  const { access_token: token = '', expire_time } = readReply(name, createAccessToken.reply, reply);
  const remainingSeconds = Number(expire_time ?? Number.NaN);
  if (token === '' || !Number.isSafeInteger(remainingSeconds) || remainingSeconds < 0) throw oddAnswer(name);
  return { token, remainingSeconds };
}
