import type { IncomingHttpHeaders } from 'node:http';

const loopbackHost = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;
const forwardingHeader = /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip)$/;

/** A `Host` that only this machine can mean; any other name may have been pointed at us by somebody else's DNS. */
export const isLoopbackHost = (host: string | undefined): boolean => host !== undefined && loopbackHost.test(host);

/** Whether a store may answer: AWS clients send no `Origin`, a web page open in a browser here always does. */
export const isStoreClient = (headers: IncomingHttpHeaders): boolean =>
  isLoopbackHost(headers.host) && headers.origin === undefined;

/**
 * Whether somebody at this machine asks. Loopback alone is no boundary: a proxy or tunnel hands on what strangers send, and
 * a browser what any web page asks for. So: a loopback `Host`, no trace of a proxy, no foreign `Origin`.
 */
const isFromHere = (headers: IncomingHttpHeaders): boolean =>
  isLoopbackHost(headers.host) &&
  !Object.keys(headers).some((name) => forwardingHeader.test(name)) &&
  (headers.origin === undefined || headers.origin === `http://${headers.host}`);

/** Whether a request may use the local API, which changes things: with a content type that no cross-origin form can send. */
export const isLocalApiClient = (headers: IncomingHttpHeaders): boolean =>
  isFromHere(headers) && /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');

/**
 * Whether a request may see the dashboard, which only reads. What another page's script, frame or image asks for without an
 * `Origin` a browser marks as such; a link may be followed from anywhere, since its page does not see where it leads.
 */
export const isLocalReader = (headers: IncomingHttpHeaders): boolean =>
  isFromHere(headers) && (isOfOwnPage(headers) || isFollowedLink(headers));

/** By `Sec-Fetch-Site`: `none` is an address typed by hand, and what is no browser says nothing. */
const isOfOwnPage = (headers: IncomingHttpHeaders): boolean =>
  ['same-origin', 'none', undefined].includes(textOf(headers['sec-fetch-site']));

const isFollowedLink = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

const textOf = (value: string | string[] | undefined): string | undefined => value?.toString();
