import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type ScriptedRequest = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };
/** An answer, or `reset` to hang up without one; `body` as bytes or as JSON. */
export type ScriptedAnswer =
  | 'reset'
  | {
      status?: number;
      body?: Buffer | object;
      headers?: { [name: string]: string };
      cutAfterBytes?: number;
      isChunked?: true;
    };

export type ScriptedServer = {
  endpoint: string;
  requests: ScriptedRequest[];
};

/** A server on this machine that gives prepared answers in their order, the last one for ever; it ends with the test. */
export async function scriptedServer(answers: readonly ScriptedAnswer[]): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? 'reset';
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (answer === 'reset') {
        request.socket.destroy();
        return;
      }
      const { status = 200, body = {}, headers: extra = {}, cutAfterBytes, isChunked } = answer;
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
      response.writeHead(status, isChunked ? extra : { 'content-length': String(bytes.length), ...extra });
      if (cutAfterBytes === undefined) response.end(bytes);
      else response.write(bytes.subarray(0, cutAfterBytes), () => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
