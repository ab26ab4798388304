import http from 'node:http';
import type * as z from 'zod';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { isStoreClient } from './caller-guard.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

export type JsonAnswer = { status: number; body: unknown };

export type JsonService = {
  endpoint: string;
  close(): Promise<void>;
};

export type JsonServiceOptions = {
  /** AWS JSON protocol. */
  version: '1.0' | '1.1';
  /** What stands before the operation in the header `x-amz-target`. */
  target: string;
  /** Who may ask; any other key is turned away, so that not everybody on this machine can. */
  accessKeyId: string;
  /** By name, as `jsonOperation` makes them. */
  operations: { readonly [name: string]: (body: unknown) => JsonAnswer };
};

const longestBodyBytes = 1_000_000;

/** Starts a service of AWS that speaks the JSON protocol on 127.0.0.1, on any free port. */
export async function startJsonService(options: JsonServiceOptions): Promise<JsonService> {
  const { version, target, accessKeyId, operations } = options;
  const answer = (headers: http.IncomingHttpHeaders, text: string): JsonAnswer => {
    if (!isStoreClient(headers) || !headers.authorization?.includes(`Credential=${accessKeyId}/`)) {
      return refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    const [service, name = ''] = String(headers['x-amz-target']).split('.');
    const operation = service === target && Object.hasOwn(operations, name) ? operations[name] : undefined;
    return operation?.(jsonOrUndefined(text)) ?? refusal('UnknownOperationException', 'Unknown operation.');
  };

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > longestBodyBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const { status, body } = answer(request.headers, Buffer.concat(chunks).toString('utf8'));
      response.writeHead(status, { 'content-type': `application/x-amz-json-${version}` }).end(JSON.stringify(body));
    });
  });
  const port = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

/** An operation that is asked by bodies of a schema only. */
export const jsonOperation =
  <Request extends z.ZodType>(schema: Request, run: (request: z.output<Request>) => JsonAnswer) =>
  (body: unknown): JsonAnswer => {
    const request = schema.safeParse(body);
    return request.success ? run(request.data) : refusal('SerializationException', 'The body is no request.');
  };

/** An answer that the SDK throws as an error of this name. */
export const refusal = (code: string, message: string): JsonAnswer => ({
  status: 400,
  body: { __type: code, message },
});
