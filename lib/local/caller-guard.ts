import type { IncomingHttpHeaders } from 'node:http';

const loopbackHost = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;
const forwardingHeader = /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip)$/;

/** A `Host` that only this machine can mean; any other name may have been pointed at us by somebody else's DNS. */
export const isLoopbackHost = (host: string | undefined): boolean => host !== undefined && loopbackHost.test(host);

/** Whether a store may answer: AWS clients send no `Origin`, a web page open in a browser here always does. */
export const isStoreClient = (headers: IncomingHttpHeaders): boolean =>
  isLoopbackHost(headers.host) && headers.origin === undefined;

/**
 * Whether a request may use the local API. Loopback alone is no boundary: a proxy or tunnel hands on what strangers send,
 * and a browser what any web page asks for. So: a loopback `Host`, no trace of a proxy, no foreign `Origin`, and a content
 * type that no cross-origin form can send.
 */
export const isLocalApiClient = (headers: IncomingHttpHeaders): boolean =>
  isLoopbackHost(headers.host) &&
  !Object.keys(headers).some((name) => forwardingHeader.test(name)) &&
  (headers.origin === undefined || headers.origin === `http://${headers.host}`) &&
  /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
