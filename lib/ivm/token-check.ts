import type { IvmHttp } from './http.ts';
import { failureKind } from './ivm-error.ts';
import { callbacks } from './operations/callbacks.ts';
import { uncheckedRequest } from './operations/operation-request.ts';

/**
 * Whether IVM takes a token, found out with the cheapest request that needs one (10.1.3).
 *
 * @throws IvmUnavailable where no answer came; a refusal for other reasons than the token is thrown as well
 */
export async function isTokenAccepted(http: IvmHttp, userId: string, token: string): Promise<boolean> {
  const asked = { subscription_type: 'DEVICE_ALARM' } as const;
  try {
    await http.call({ ...uncheckedRequest('showCallback', callbacks.showCallback, userId, asked), token });
    return true;
  } catch (error) {
    if (failureKind(error) === 'token-refused') return false;
    throw error;
  }
}
