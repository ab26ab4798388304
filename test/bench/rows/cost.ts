import type { Bench, Row, Sample, Variant } from '../harness/row.ts';

/** List prices of us-east-1 at the end of 2025, in USD, without free tiers. */
const prices = {
  gatewayRequest: 1e-6,
  lambdaRequest: 2e-7,
  armGigabyteSecond: 1.33334e-5,
  sqsRequest: 4e-7,
  logGigabyte: 0.5,
};
const [warmUps, counted] = [400, 1_200];
const memoryGigabytes = 1;
const million = 1e6;
/** SQS and the HTTP API count a request for each 64 KB and 512 KB: an alarm has one of both. */
const requests = million * (prices.gatewayRequest + prices.lambdaRequest + prices.sqsRequest);

export function costOfCallbacks({ dir, run }: Bench): Row {
  const of = (name: string, module: string): Variant => ({
    name,
    measure: async () => priced(await run('callbacks', module, `${dir}/alarms.json`, warmUps, counted)),
  });
  return {
    number: 16,
    title: 'USD for a million alarms taken: requests, log and CPU as GB-s',
    leastRounds: 11,
    variants: [
      of('receive-callback', `${dir}/functions/receive-callback/index.mjs`),
      of('P1', `${dir}/peers/powertools.mjs`),
      of('P4', `${dir}/peers/bare.mjs`),
    ],
    targets: [
      { title: 'USD', measure: 'usd', of: 'receive-callback', against: 'P1', atMost: 0.4 },
      { title: 'USD of CPU and log alone', measure: 'usdOfCode', of: 'receive-callback', against: 'P1', atMost: 0.4 },
    ],
  };
}

/** CPU is the least that Lambda bills; the waits for the network come on top, the same for everybody. */
function priced({ cpu = Number.NaN, outputBytes = Number.NaN }: Sample): Sample {
  const log = (outputBytes / (warmUps + counted)) * million * (prices.logGigabyte / 1e9);
  const usdOfCode = cpu * memoryGigabytes * prices.armGigabyteSecond + log;
  return { cpu, logUsd: log, usdOfCode, usd: requests + usdOfCode };
}
