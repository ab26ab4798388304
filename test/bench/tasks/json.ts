/**
 * What is done to the text of a body, over and over.
 * Arguments: what is done, a file with bodies, how many characters to warm up with, how many to measure.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse as parseLossless } from 'lossless-json';
import { readEnvelope } from '#lib/callback/envelope.ts';
import { verifySignature } from '#lib/callback/verify-signature.ts';
import { parseExact } from '#lib/json/exact-json.ts';
import { authKey, baseUrl } from '../harness/callback-keys.ts';
import { argument, cpuOf, report } from '../harness/measure.ts';

const now = new Date();
const timestamp = String(Math.floor(now.getTime() / 1000));
const signed = {
  registeredUrl: `${baseUrl}/callbacks/device-alarm`,
  authKeys: [authKey],
  timestamp,
  signature: hash('sha256', `${baseUrl}/callbacks/device-alarm|${timestamp}|${authKey}`),
};

const works: { readonly [name: string]: (text: string) => unknown } = {
  'verify-and-scan': (text) => [verifySignature(signed, now, 300), readEnvelope(text)],
  'exact-parse': parseExact,
  'native-parse': (text) => JSON.parse(text),
  // One of the documented bodies repeats a key.
  'lossless-parse': (text) => parseLossless(text, undefined, { onDuplicateKey: ({ newValue }) => newValue }),
};
const [bodiesFile, warmUp, counted] = [argument(1), Number(argument(2)), Number(argument(3))];
const work = works[argument(0)] ?? (() => undefined);
const bodies = JSON.parse(readFileSync(bodiesFile, 'utf8')) as string[];
const sizeOfAll = bodies.reduce((sum, body) => sum + body.length, 0);

/** Keeps results from being optimised away. */
let seen = 0;
function repeat(times: number): void {
  for (let turn = 0; turn < times; turn += 1) for (const body of bodies) if (work(body) !== undefined) seen += 1;
}

/** Of a long body few are many characters, and code that has run a few hundred times is not yet what it will be. */
const leastCalls = 20_000;
const timesFor = (characters: number): number =>
  Math.ceil(Math.max(characters / sizeOfAll, leastCalls / bodies.length));

repeat(timesFor(warmUp));
const times = timesFor(counted);
const cpu = await cpuOf(() => repeat(times));
if (seen === 0) throw new Error(`there is no ${argument(0)}`);
report({ cpu: cpu / times / bodies.length });
