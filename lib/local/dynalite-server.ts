import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { isStoreClient } from './caller-guard.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';
import { internalError, isBroken, reopen } from './table-files.ts';

export type DynaliteServer = {
  endpoint: string;
  close(): Promise<void>;
};

type DynaliteOptions = { path: string; createTableMs: 0; deleteTableMs: 0; updateTableMs: 0 };
const dynalite: (options: DynaliteOptions) => Server = createRequire(import.meta.url)('dynalite');

/**
 * Starts DynamoDB on 127.0.0.1, on any free port, with its tables in a directory, and without the delays of the real one.
 * Where they can't be written, as on a full disk, it answers with 500 until they can.
 */
export async function startDynaliteServer(dataDir: string): Promise<DynaliteServer> {
  const server = dynalite({ path: dataDir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const answer = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  let underWay = 0;
  let reopening: Promise<void> | undefined;
  server.on('request', (request, response) => {
    // dynalite lets every web page in (it answers CORS), and throws when a client hangs up, which would end us all.
    if (!isStoreClient(request.headers)) {
      response.writeHead(403).end();
      return;
    }
    if (isBroken(dataDir)) {
      if (underWay === 0) {
        reopening ??= reopen(dataDir)
          .catch(() => undefined)
          .finally(() => {
            reopening = undefined;
          });
      }
      response.writeHead(internalError.statusCode, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(internalError.body));
      return;
    }
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    for (const listener of answer) listener(request, response);
    request.removeAllListeners('error').on('error', () => undefined);
  });
  const port = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}
