import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnv } from '#lib/runtime/env.ts';
import { ReceiveCallbackEnv } from '#lib/runtime/function-env.ts';
import { readReceiverEnv } from '#lib/runtime/receiver-env.ts';

const usual = {
  STACK: 'ivm-bridge-acme-prod',
  STAGE: 'prod',
  LOG_LEVEL: 'info',
  TIME_ZONE: 'Asia/Shanghai',
  CALLBACK_BASE_URL: 'https://callbacks.example',
  CALLBACK_KEYS_SECRET_ID: 'keys',
  SIGNATURE_WINDOW_SECONDS: '300',
  ALLOW_UNSIGNED: 'false',
  BUCKET: 'bucket',
  ALARMS_QUEUE_URL: 'https://sqs.ap-southeast-1.amazonaws.com/000000000000/alarms',
  DEVICES_QUEUE_URL: 'https://sqs.ap-southeast-1.amazonaws.com/000000000000/devices',
  INTELLIGENCE_QUEUE_URL: 'https://sqs.ap-southeast-1.amazonaws.com/000000000000/intelligence',
};

const compared = (Object.keys(usual) as (keyof typeof usual)[]).filter((name) => name !== 'TIME_ZONE');
const texts = [undefined, '', ' ', '\n', 'x', 'true', 'false', 'TRUE', 'debug', 'warn', 'error', 'silent', 'Info'];
const numbers = '0 1 -1 300 1.5 1e3 0x10 300s NaN Infinity 9007199254740993'.split(' ').concat(' 300 ', '3 00');
const urls =
  'https://a.example http://127.0.0.1:80 https://a.example/ HTTPS://A.example/x?y https:a.example https:/a.example https://'
    .split(' ')
    .concat('ftp://a.example mailto:a a.example https://日本.example https://a.example:99999 httpsx://a //a'.split(' '))
    .concat(' https://a.example ', 'https://a b', 'ht\ttps://a.example', 'https://a.exa\nmple', 'https://a.example/\t');

/** What a reader makes of settings: these, or the variables that it complains of. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConfigError', code: 'env' });
    const { message } = error as Error;
    return Object.keys(usual).filter((variable) => message.includes(variable));
  }
}

describe('readReceiverEnv', () => {
  it('reads the settings of a deployed stack', () => {
    expect(readReceiverEnv(usual)).toEqual({ ...usual, SIGNATURE_WINDOW_SECONDS: 300, ALLOW_UNSIGNED: false });
  });

  it('accepts and refuses the same values as the schema of its settings, variable by variable', () => {
    for (const variable of compared) {
      for (const value of [...texts, ...numbers, ...urls]) {
        const source = { ...usual, [variable]: value };
        const expected = outcomeOf(() => readEnv(ReceiveCallbackEnv, source));
        expect(
          outcomeOf(() => readReceiverEnv(source)),
          `${variable}=${JSON.stringify(value)}`,
        ).toEqual(expected);
      }
    }
  });

  it('accepts and refuses the same settings as their schema, and names all that is wrong at once', () => {
    const text = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.integer().map(String)), {
      nil: undefined,
    });
    const changed = Object.fromEntries(compared.map((name) => [name, fc.oneof(fc.constant(usual[name]), text)]));
    fc.assert(
      fc.property(fc.record(changed), (changes) => {
        const source = { ...usual, ...changes };
        const expected = outcomeOf(() => readEnv(ReceiveCallbackEnv, source));
        expect(outcomeOf(() => readReceiverEnv(source))).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('wants a time zone, and leaves it to others whether there is such a one', () => {
    expect(readReceiverEnv({ ...usual, TIME_ZONE: 'Mars/Olympus' }).TIME_ZONE).toBe('Mars/Olympus');
    expect(() => readReceiverEnv({ ...usual, TIME_ZONE: '' })).toThrow('TIME_ZONE: missing or wrong');
  });

  it('never says a value', () => {
    expect(() => readReceiverEnv({ ...usual, CALLBACK_BASE_URL: 's3cret', BUCKET: undefined })).toThrow(
      'Fix these variables in serverless.yml: CALLBACK_BASE_URL: missing or wrong; BUCKET: missing or wrong',
    );
  });
});
