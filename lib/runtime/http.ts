import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The body of a request: as text, or the bytes where the gateway encoded it; never re-serialised. */
export const bodyOf = ({ body, isBase64Encoded }: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>) =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? '');

export const jsonResponse = (
  statusCode: number,
  body: { [member: string]: string },
  headers: { [name: string]: string } = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
