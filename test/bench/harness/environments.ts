import { baseUrl } from './callback-keys.ts';

/** A run may take hours, and its events are signed once. */
const signatureWindowSeconds = 86_400;

/** The settings of a function that takes callbacks, and of every peer. */
export const callbackEnvironment = (endpoint: string): { [name: string]: string } => ({
  STACK: 'ivm-bridge-bench',
  STAGE: 'bench',
  LOG_LEVEL: 'info',
  TIME_ZONE: 'Asia/Shanghai',
  CALLBACK_BASE_URL: baseUrl,
  CALLBACK_KEYS_SECRET_ID: 'keys',
  SIGNATURE_WINDOW_SECONDS: String(signatureWindowSeconds),
  ALLOW_UNSIGNED: 'false',
  BUCKET: 'ivm-bridge-bench',
  ALARMS_QUEUE_URL: `${endpoint}/000000000000/alarms`,
  DEVICES_QUEUE_URL: `${endpoint}/000000000000/devices`,
  INTELLIGENCE_QUEUE_URL: `${endpoint}/000000000000/intelligence`,
  ...awsEnvironment(endpoint),
});

/** The settings of a function that stores messages of a queue. */
export const storeEnvironment = (endpoint: string, queue: string): { [name: string]: string } => ({
  STACK: 'ivm-bridge-bench',
  STAGE: 'bench',
  LOG_LEVEL: 'info',
  TIME_ZONE: 'Asia/Shanghai',
  BUCKET: 'ivm-bridge-bench',
  EVENTS_TABLE: 'events',
  STATE_TABLE: 'state',
  PICTURES_QUEUE_URL: `${endpoint}/000000000000/pictures`,
  SOURCE_QUEUE_URLS: `${endpoint}/000000000000/${queue}`,
  DEAD_LETTER_QUEUE_URLS: `${endpoint}/000000000000/${queue}-dead`,
  EVENT_RETENTION_DAYS: '365',
  FACE_FEATURES: 'keep',
  PLATES: 'clear',
  FACE_PICTURES: 'keep',
  PRIVACY_KEY_SECRET_ID: 'privacy-key',
  ...awsEnvironment(endpoint),
});

const awsEnvironment = (endpoint: string): { [name: string]: string } => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'BENCH',
  AWS_SECRET_ACCESS_KEY: 'BENCH',
  AWS_ENDPOINT_URL_SQS: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
  AWS_LAMBDA_FUNCTION_NAME: 'receive-callback',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
});
