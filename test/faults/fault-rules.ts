import type { Service } from '#lib/local/stack.ts';
import type { Fault, Rule } from './fault-proxy.ts';

const services: readonly Service[] = ['sqs', 's3', 'dynamodb', 'secrets', 'ivm'];
const commonFaults: readonly Fault[] = [
  { kind: 'refuse' },
  { kind: 'lose-reply' },
  { kind: 'cut-reply' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'throttle' },
  { kind: 'slow', pieces: 3, pauseMs: 20 },
];
/** How many kinds there are that every service can have. */
export const kindsOfFault = commonFaults.length;

/** Some of every fault, everywhere: of each kind, in this share of the requests. */
export const everything = (share: number): Rule[] => [
  { on: 'dynamodb', operation: /^BatchWriteItem$/, fault: { kind: 'partial', share: 0.5 }, share: 4 * share },
  { on: 'sqs', operation: /^SendMessageBatch$/, fault: { kind: 'partial', share: 0.5 }, share: 4 * share },
  { on: 'sqs', operation: /^SendMessage$/, fault: { kind: 'repeat' }, share },
  // Seldom: whoever waits for the end of it waits for seconds.
  ...services.map((on): Rule => ({ on, fault: { kind: 'hang' }, share: share / 20 })),
  ...services.flatMap((on) => commonFaults.map((fault): Rule => ({ on, fault, share }))),
];

export const awayBy = (on: Service, operation?: RegExp): Rule => ({
  on,
  ...(operation === undefined ? {} : { operation }),
  fault: { kind: 'refuse' },
});
