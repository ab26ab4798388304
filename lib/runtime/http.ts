import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The bytes of a request body: base64 decoded once where the gateway encoded it, and never re-serialised. */
export const bodyBytes = (event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');

/** The first of the named headers that the request has; the gateway gives names in lower case. */
export function header(event: Pick<APIGatewayProxyEventV2, 'headers'>, ...names: string[]): string | undefined {
  return names.map((name) => event.headers[name]).find((value) => value !== undefined);
}

export const jsonResponse = (
  statusCode: number,
  body: { [member: string]: string },
  headers: { [name: string]: string } = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
