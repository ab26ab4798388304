import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { isStoreClient } from './caller-guard.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

export type DynaliteServer = {
  endpoint: string;
  close(): Promise<void>;
};

type DynaliteOptions = { path: string; createTableMs: 0; deleteTableMs: 0; updateTableMs: 0 };
const dynalite: (options: DynaliteOptions) => Server = createRequire(import.meta.url)('dynalite');

/** Starts DynamoDB on 127.0.0.1, on any free port, with its tables in a directory, and without the delays of the real one. */
export async function startDynaliteServer(dataDir: string): Promise<DynaliteServer> {
  const server = dynalite({ path: dataDir, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const answer = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // dynalite lets every web page in (it answers CORS), and throws when a client hangs up, which would end us all.
    if (!isStoreClient(request.headers)) {
      response.writeHead(403).end();
      return;
    }
    for (const listener of answer) listener(request, response);
    request.removeAllListeners('error').on('error', () => undefined);
  });
  const port = await listenOnLoopback(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}
