import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createAuthKeyCache } from '#lib/callback/auth-keys.ts';
import { createHandler } from '../../functions/receive-callback.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { memoryInbox } from '../support/fakes/memory-inbox.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const now = new Date('2026-01-01T00:00:00Z');
const alarm = '{"message_id":1676010011579800635,"message_type":"device_alarm","data":{"device_name":"门口"}}';
const signed = signCallback({ url: 'https://bridge.example/callbacks/device-alarm', key: 'key', at: now });

function gatewayEvent(options: {
  headers?: Record<string, string>;
  body?: string;
  base64?: boolean;
  method?: string;
  path?: string;
}): APIGatewayProxyEventV2 {
  const { headers = {}, body, base64 = false, method = 'POST', path = 'device-alarm' } = options;
  return {
    version: '2.0',
    routeKey: 'ANY /callbacks/{subscription}',
    rawPath: `/callbacks/${path}`,
    rawQueryString: '',
    headers,
    pathParameters: { subscription: path },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path: `/callbacks/${path}`, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'ivm' },
      requestId: 'request',
      routeKey: 'ANY /callbacks/{subscription}',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: now.getTime(),
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: base64,
  };
}

function bridge() {
  const inbox = memoryInbox();
  const handler = createHandler(async () => ({
    queues: { send: inbox.send },
    keep: inbox.keep,
    authKeys: createAuthKeyCache(
      async () => ({ DEVICE_ALARM: ['key'] }),
      () => now,
    ),
    callbackBaseUrl: 'https://bridge.example',
    signatureWindowSeconds: 300,
    allowUnsigned: false,
    timeZone: 'UTC',
    mayKeepStale: () => true,
    metric: memoryMetrics().metric,
    now: () => now,
  }));
  return { inbox, handler };
}

describe('receive-callback', () => {
  it.each([
    ['the right spelling of the headers', { 'x-ivm-timestamp': signed.timestamp, 'x-ivm-signature': signed.signature }],
    [
      'the spelling that the reference prints',
      { 'x-lvm-timestamp': signed.timestamp, 'x-lvm-signature': signed.signature },
    ],
  ])('accepts %s', async (_title, headers) => {
    const { inbox, handler } = bridge();
    expect(await handler(gatewayEvent({ headers, body: alarm }))).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"result":"queued"}',
    });
    expect(inbox.sent[0]?.body).toBe(alarm);
  });

  it('takes a body that the gateway has encoded byte for byte', async () => {
    const { inbox, handler } = bridge();
    const headers = { 'x-ivm-timestamp': signed.timestamp, 'x-ivm-signature': signed.signature };
    const body = Buffer.from(alarm).toString('base64');
    expect(await handler(gatewayEvent({ headers, body, base64: true }))).toMatchObject({ statusCode: 200 });
    expect(inbox.sent[0]?.body).toBe(alarm);
  });

  it('quarantines an empty body that is signed', async () => {
    const { handler } = bridge();
    const headers = { 'x-ivm-timestamp': signed.timestamp, 'x-ivm-signature': signed.signature };
    expect(await handler(gatewayEvent({ headers }))).toMatchObject({
      statusCode: 200,
      body: '{"result":"quarantined"}',
    });
  });

  it('answers another method with 405 and what is allowed', async () => {
    const { handler } = bridge();
    expect(await handler(gatewayEvent({ method: 'GET' }))).toMatchObject({
      statusCode: 405,
      headers: { allow: 'POST' },
    });
  });

  it('answers 404 on a path that is no subscription', async () => {
    expect(await bridge().handler(gatewayEvent({ path: '__proto__', body: alarm }))).toMatchObject({ statusCode: 404 });
  });
});
