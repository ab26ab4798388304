/** P4: the handler that Lambda's documentation begins with, and the AWS SDK. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Callback, takeCallback } from './scheme.ts';

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  if (event.requestContext.http.method !== 'POST') return { statusCode: 405, headers: { allow: 'POST' } };
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  const { status, result } = await takeCallback({
    path: event.pathParameters?.['subscription'] ?? '',
    timestamp: event.headers['x-ivm-timestamp'],
    signature: event.headers['x-ivm-signature'],
    text,
    message: JSON.parse(text) as Callback['message'],
  });
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ result }) };
};
