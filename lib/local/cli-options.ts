import { parseArgs } from 'node:util';
import { ConfigError } from '#lib/errors.ts';
import type { Credentials } from '#lib/ivm/client.ts';

/** Which IVM a stack on one machine talks to: its own, another one, or none at all. */
export type IvmChoice =
  | {
      kind: 'simulated';
      /** How many cameras there are at least. */
      cameraCount?: number;
    }
  | { kind: 'remote'; endpoint: string; userId: string; credentials: Credentials }
  | { kind: 'none' };

export type CliOptions = {
  port: number;
  dataDir: string;
  ivm: IvmChoice;
  /** Simulated messages per second. */
  ratePerSecond: number;
  /** Simulated messages to send before the end; absent: no end. */
  count?: number;
  /** What is registered and signed instead of our own address. */
  publicUrl?: string;
};

export const usage = `Usage: npm start -- [options]

  --count N            send N simulated messages of all nine types, wait until all is stored, print the sums, stop
  --rate R             simulated messages per second (2; with --count 50; 0 = none)
  --port N             HTTP port (8787; 0 = any free one)
  --data DIR           where everything is kept (.local)
  --no-simulator       no simulated IVM: callbacks come from elsewhere
  --ivm-endpoint URL   use this IVM; needs --user-id, and its AK and SK in IVM_AK and IVM_SK
  --user-id ID         the user's id at that IVM
  --public-url URL     what is registered and signed, where a tunnel or proxy stands in front
  --help               this text`;

const defaultRatePerSecond = 2;
const defaultCountRatePerSecond = 50;

/**
 * Reads the command line of the runner; `help` where that is all that is asked for.
 *
 * @throws ConfigError `usage` that says what to change
 */
export function readCliOptions(
  argv: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): CliOptions | 'help' {
  const values = parse(argv);
  if (values.help === true) return 'help';
  const count = values.count === undefined ? undefined : wholeNumber('--count', values.count, 1, 1_000_000);
  const ivm = readIvm(values, environment);
  if (ivm.kind !== 'simulated' && count !== undefined) {
    throw usageError('--count sends simulated messages: leave out --no-simulator and --ivm-endpoint');
  }
  return {
    port: wholeNumber('--port', values.port ?? '8787', 0, 65_535),
    dataDir: values.data ?? '.local',
    ivm,
    ratePerSecond: rate(values.rate, count),
    ...(count === undefined ? {} : { count }),
    ...(values['public-url'] === undefined ? {} : { publicUrl: baseUrl('--public-url', values['public-url']) }),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        count: { type: 'string' },
        rate: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        'no-simulator': { type: 'boolean' },
        'ivm-endpoint': { type: 'string' },
        'user-id': { type: 'string' },
        'public-url': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

function readIvm(
  values: ReturnType<typeof parse>,
  environment: { readonly [name: string]: string | undefined },
): IvmChoice {
  const endpoint = values['ivm-endpoint'];
  const userId = values['user-id'];
  if (endpoint === undefined) {
    if (userId !== undefined) throw usageError('--user-id belongs to --ivm-endpoint: give both or none');
    return { kind: values['no-simulator'] === true ? 'none' : 'simulated' };
  }
  if (userId === undefined || !/^\d{15,25}$/.test(userId)) {
    throw usageError('--ivm-endpoint needs --user-id with the 15 to 25 digits of the user');
  }
  const { IVM_AK: accessKey = '', IVM_SK: secretKey = '' } = environment;
  if (accessKey === '' || secretKey === '') {
    throw usageError('--ivm-endpoint needs the AK and SK of the IVM console in the variables IVM_AK and IVM_SK');
  }
  return {
    kind: 'remote',
    endpoint: baseUrl('--ivm-endpoint', endpoint),
    userId,
    credentials: { accessKey, secretKey },
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usageError(`${option} takes a whole number from ${least} to ${most}`);
}

function rate(text: string | undefined, count: number | undefined): number {
  if (text === undefined) return count === undefined ? defaultRatePerSecond : defaultCountRatePerSecond;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 10_000 && (value > 0 || (value === 0 && count === undefined))) return value;
  throw usageError('--rate takes a number of messages per second up to 10000, above 0 where --count is given');
}

/** A URL that paths can be put behind. */
function baseUrl(option: string, text: string): string {
  const trimmed = text.replace(/\/+$/, '');
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return trimmed;
  throw usageError(`${option} takes a URL that begins with http:// or https://`);
}

const usageError = (problem: string): ConfigError => new ConfigError('usage', `${problem} (--help shows all options)`);
