/**
 * P1: middy and Powertools for AWS Lambda (logger, metrics, parser with zod), put together as their documentation does:
 * `injectLambdaContext`, `logMetrics`, `parser` with a built-in schema, one log line and one metric for each request.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers';
import { parser } from '@aws-lambda-powertools/parser/middleware';
import { APIGatewayProxyEventV2Schema } from '@aws-lambda-powertools/parser/schemas/api-gatewayv2';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { takeCallback } from './scheme.ts';

const logger = new Logger({ serviceName: 'callbacks' });
const metrics = new Metrics({ namespace: 'callbacks', serviceName: 'callbacks' });

const Message = z.looseObject({
  message_id: z.union([z.number(), z.string()]).optional(),
  message_type: z.string().optional(),
  test: z.boolean().optional(),
  data: z.unknown().optional(),
});
const MessageText = JSONStringified(Message);

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(parser({ schema: APIGatewayProxyEventV2Schema }))
  .handler(async (event): Promise<APIGatewayProxyStructuredResultV2> => {
    if (event.requestContext.http.method !== 'POST') return { statusCode: 405, headers: { allow: 'POST' } };
    const text = event.body ?? '';
    const { status, result } = await takeCallback({
      path: event.pathParameters?.['subscription'] ?? '',
      timestamp: event.headers['x-ivm-timestamp'],
      signature: event.headers['x-ivm-signature'],
      text,
      message: MessageText.parse(text),
    });
    metrics.addMetric('callback', MetricUnit.Count, 1);
    logger.info('callback answered', { status, result });
    return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ result }) };
  });
