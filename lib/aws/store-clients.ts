import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from './client-settings.ts';

/** One client of each store, for what reads several of them. */
export const createStoreClients = () => ({
  s3: new S3Client(clientSettings()),
  sqs: new SQSClient(clientSettings()),
  dynamodb: new DynamoDBClient(clientSettings()),
});
