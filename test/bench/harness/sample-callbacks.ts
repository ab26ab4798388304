import { subscriptionOfType } from '#lib/callback/subscriptions.ts';
import { signCallback } from '../../support/builders/signed-callback.ts';
import { exampleMessages } from '../../support/fixtures.ts';
import { authKey, baseUrl } from './callback-keys.ts';

export type SampleCallback = { name: string; path: string; body: string };

/** The documented messages, 0.3 to 4 KB, as IVM posts them. */
export const sampleCallbacks: readonly SampleCallback[] = exampleMessages.map(({ name, text, messageType }) => ({
  name,
  path: subscriptionOfType(messageType)?.path ?? '',
  body: text,
}));

type Changes = { method?: string; path?: string; body?: string; signatureAt?: Date; signature?: string };

/** An event as the HTTP API gives it to a function (payload 2.0), signed now unless told otherwise. */
export function callbackEvent(sample: SampleCallback, changes: Changes = {}): object {
  const { method = 'POST', path = sample.path, body = sample.body, signatureAt = new Date() } = changes;
  const signed = signCallback({ url: `${baseUrl}/callbacks/${path}`, key: authKey, at: signatureAt });
  const rawPath = `/callbacks/${path}`;
  return {
    version: '2.0',
    routeKey: 'ANY /callbacks/{subscription}',
    rawPath,
    rawQueryString: '',
    headers: {
      'accept-encoding': 'gzip,deflate',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      host: 'callbacks.example',
      'user-agent': 'IVM',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-ivm-signature': changes.signature ?? signed.signature,
      'x-ivm-timestamp': signed.timestamp,
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'callbacks.example',
      domainPrefix: 'callbacks',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'IVM' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'ANY /callbacks/{subscription}',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: signatureAt.getTime(),
    },
    pathParameters: { subscription: path },
    body,
    isBase64Encoded: false,
  };
}
