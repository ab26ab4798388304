import type { IvmHttp } from './http.ts';
import { failureKind } from './ivm-error.ts';

/** The same way to IVM, which tells whenever IVM refuses the account itself: nothing works then until a person repairs it. */
export function tellingRefusals(http: IvmHttp, onAccountRefused: () => void): IvmHttp {
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (failureKind(error) === 'account-refused') onAccountRefused();
      throw error;
    }
  };
  return {
    ...http,
    call: (request) => told(http.call(request)),
    callForBytes: (request) => told(http.callForBytes(request)),
  };
}
