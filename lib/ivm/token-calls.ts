import type * as z from 'zod';
import { TransientError } from '#lib/errors.ts';
import type { JsonObject } from '#lib/json/exact-json.ts';
import type { ApiRequest, IvmHttp } from './http.ts';
import { failureKind } from './ivm-error.ts';

/** Where the access token comes from. */
export type Tokens = {
  current(): Promise<string>;
  /** A token other than the one that IVM refused. */
  renew(refused: string): Promise<string>;
  /** The token was refused right after it had been renewed. */
  rejected(): void;
};

/** Requests to the API with the access token; a refused token is renewed once. */
export type TokenCalls = {
  withToken<T>(work: (token: string) => Promise<T>): Promise<T>;
  /** @throws TransientError `odd-answer` where the answer has not the form of the schema */
  call<T extends z.ZodType>(schema: T, request: ApiRequest): Promise<z.output<T>>;
  /** The answer as it came, for what a schema would not read exactly enough. */
  callForJson(request: ApiRequest): Promise<JsonObject>;
  callForBytes(request: ApiRequest): Promise<Buffer>;
};

export function createTokenCalls(http: IvmHttp, tokens: Tokens): TokenCalls {
  const withToken = async <T>(work: (token: string) => Promise<T>): Promise<T> => {
    const token = await tokens.current();
    try {
      return await work(token);
    } catch (error) {
      if (failureKind(error) !== 'token-refused') throw error;
    }
    const renewed = await tokens.renew(token);
    try {
      return await work(renewed);
    } catch (error) {
      if (failureKind(error) !== 'token-refused') throw error;
      tokens.rejected();
      throw new TransientError(
        'token-rejected',
        'IVM refuses the token it has just issued: check the AK/SK and the user',
        { cause: error },
      );
    }
  };
  const callForJson = (request: ApiRequest) => withToken((token) => http.call({ ...request, token }));
  return {
    withToken,
    call: async (schema, request) => readReply(request.name, schema, await callForJson(request)),
    callForJson,
    callForBytes: (request) => withToken((token) => http.callForBytes({ ...request, token })),
  };
}

/** @throws TransientError `odd-answer` */
export function readReply<T extends z.ZodType>(name: string, schema: T, reply: unknown): z.output<T> {
  const result = schema.safeParse(reply);
  if (result.success) return result.data;
  throw oddAnswer(name);
}

/** @param name of the interface */
export const oddAnswer = (name: string): TransientError =>
  new TransientError('odd-answer', `IVM answered ${name} in a form that is not understood`);
