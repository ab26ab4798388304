import http from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '#lib/local/loopback-server.ts';
import { png } from '../pictures/picture-parts.ts';
import { marked } from './marked-values.ts';

type Asked = { url: string; body: string; endpoint: string; everything: string };
type Answer = { status: number; headers?: { [name: string]: string }; body: string | Buffer } | 'hang-up';

const json = (body: object, status = 200): Answer => ({ status, body: JSON.stringify(body) });

/** URLs for all that is asked for, with a token in each, as IVM gives them. */
function success({ url, body, endpoint }: Asked): Answer {
  const ids: unknown[] = body === '' ? [] : Object.values(JSON.parse(body) as object).flat();
  const picture = `${endpoint}/pictures/a.png?expire=4102444800&token=${marked.urlToken}`;
  if (url.endsWith('/alarms/pictures')) return json({ alarms: ids.map((id) => ({ alarm_uuid: id, url: picture })) });
  if (url.endsWith('/intelligence-data/pictures')) {
    const urls = ['TARGET', 'BODY', 'BACKGROUND', 'VEHICLE', 'PLATE'].map((type) => ({ type, url: picture }));
    return json({ data: ids.map((id) => ({ data_id: id, urls })) });
  }
  return { status: 200, body: png };
}

/** Failures as IVM, or something before it, may tell them: each repeats everything that it was told. */
const failures = {
  'a known code': ({ everything }: Asked) => json({ error_code: 'IVM.10020048', error_msg: everything }, 400),
  'a code that is a sentence': ({ everything }: Asked) => json({ error_code: `bad token: ${everything}` }, 400),
  'a code that is the token': () => json({ code: marked.accessToken }),
  'a refused token': ({ everything }: Asked) => json({ error_code: 'IVM.10000001', error_msg: everything }, 401),
  'a frozen account': ({ everything }: Asked) => json({ error_code: 'IVM.10000006', error_msg: everything }, 403),
  'a page of HTML': ({ everything }: Asked): Answer => ({ status: 502, body: `<html>${everything}</html>` }),
  'a page of HTML that says 200': ({ everything }: Asked): Answer => ({ status: 200, body: `<html>${everything}` }),
  'JSON that is cut off': ({ everything }: Asked): Answer => ({ status: 200, body: `{"error_msg":"${everything}` }),
  'JSON of another form': ({ everything }: Asked) => json({ alarms: everything, data: everything }),
  'odd codes of items': ({ body, everything }: Asked) => {
    const ids: unknown[] = body === '' ? [] : Object.values(JSON.parse(body) as object).flat();
    const items = ids.map((id) => ({ alarm_uuid: id, data_id: id, result: { code: everything, msg: everything } }));
    return json({ alarms: items, data: items });
  },
  'a redirect': ({ url, endpoint }: Asked): Answer => ({
    status: 302,
    headers: { location: `${endpoint}${url}?token=${marked.accessToken}` },
    body: '',
  }),
  'a hang-up': (): Answer => 'hang-up',
} satisfies { [name: string]: (asked: Asked) => Answer };

export type Failure = keyof typeof failures;
export const failureNames = Object.keys(failures) as Failure[];

/** An IVM that fails as it is told to, and gives the same marked token whenever it is asked for one. */
export async function startHostileIvm() {
  const ivm = {
    endpoint: '',
    /** How every request fails, that for the token aside. */
    failure: undefined as Failure | undefined,
    /** How the request for the token fails. */
    tokenFailure: undefined as Failure | undefined,
    requests: 0,
    close: () => closeServer(server),
  };
  const answer = (asked: Asked): Answer => {
    const isForToken = asked.url.endsWith('/access-token');
    const failure = isForToken ? ivm.tokenFailure : ivm.failure;
    if (failure !== undefined) return failures[failure](asked);
    return isForToken ? json({ access_token: marked.accessToken, expire_time: '600000' }) : success(asked);
  };
  const respond = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const body = await text(request);
    ivm.requests += 1;
    const { url = '', headers } = request;
    const everything = JSON.stringify({ url, headers, body, marked });
    const reply = answer({ url, body, endpoint: ivm.endpoint, everything });
    if (reply === 'hang-up') request.socket.destroy();
    else response.writeHead(reply.status, { connection: 'close', ...reply.headers }).end(reply.body);
  };
  const server = http.createServer((request, response) => {
    void respond(request, response);
  });
  ivm.endpoint = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  return ivm;
}
