import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accountId } from '#lib/local/stack-definition.ts';

export type EngineName = 'moto' | 'dynamodb-local' | 'elasticmq';

/** A program that answers as some services of AWS do, on a port of 127.0.0.1. */
export type Engine = {
  /** Name and version. */
  title: string;
  /** The variables that are given its endpoint; the other services stay embedded. */
  serves: readonly ('ENGINE_SQS' | 'ENGINE_S3' | 'ENGINE_DYNAMODB' | 'ENGINE_SECRETS')[];
  suites: readonly string[];
  /** Brings what it needs. @throws {Error} that says what is absent, and how to get it */
  command(port: number, dir: string): Promise<Command>;
  /** Tests that fail on this engine, because it does other than AWS. */
  differences: readonly Difference[];
};
export type Command = { file: string; args: readonly string[]; env: { readonly [variable: string]: string } };
export type Difference = {
  /** Of a test, from its outermost `describe` on, separated by ` > `. */
  test: string;
  why: string;
};

/** The versions that the differences were written for. */
const versions = { moto: '5.2.1', dynamodbLocal: '2.5.3', elasticmq: '1.6.12' };
const tableSuites = [
  'test/aws/tables.test.ts',
  'test/aws/replayed-stores.test.ts',
  'test/aws/scheduled-stores.test.ts',
  'test/inventory/sync-inventory.test.ts',
];
const queueSuites = [
  'test/aws/dead-letters.test.ts',
  'test/aws/queues-and-objects.test.ts',
  'test/aws/send-put-read.test.ts',
  'test/functions/receive-callback-stores.test.ts',
];
const shortMessages = 'takes 256 KiB, as SQS did until August 2025; it takes 1 MiB now';
const run = promisify(execFile);

export const engines: { readonly [name in EngineName]: Engine } = {
  moto: {
    title: `moto ${versions.moto}`,
    serves: ['ENGINE_SQS', 'ENGINE_S3', 'ENGINE_DYNAMODB', 'ENGINE_SECRETS'],
    suites: [...tableSuites, ...queueSuites, 'test/exports/publish-export-s3.test.ts', 'test/engines/secrets.test.ts'],
    command: async (port) => {
      const found = await versionOfMoto();
      if (found !== versions.moto) {
        throw new Error(`${found ?? 'no moto'} here: pip install 'moto[server]==${versions.moto}'`);
      }
      return {
        file: 'python3',
        args: [new URL('moto-server.py', import.meta.url).pathname, String(port)],
        env: { MOTO_ACCOUNT_ID: accountId },
      };
    },
    differences: [
      {
        test: 'the events table > fails an item that DynamoDB refuses alone, and for good',
        why: 'takes numbers of more than 38 digits, which DynamoDB refuses',
      },
      {
        test: 'the states of devices in DynamoDB > refuse for good what makes a state larger than an item may be',
        why: 'has changed an item by the time that it refuses the change as too large',
      },
    ],
  },
  'dynamodb-local': {
    title: `DynamoDB Local ${versions.dynamodbLocal}`,
    serves: ['ENGINE_DYNAMODB'],
    suites: tableSuites,
    command: async (port) => {
      const jars = await fetchJars('com.amazonaws', 'DynamoDBLocal', versions.dynamodbLocal);
      return {
        file: 'java',
        args: [
          `-Djava.library.path=${jars}`,
          '-cp',
          join(jars, '*'),
          'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
          '-inMemory',
          '-sharedDb',
          '-disableTelemetry',
          '-port',
          String(port),
        ],
        env: {},
      };
    },
    differences: [],
  },
  elasticmq: {
    title: `ElasticMQ ${versions.elasticmq}`,
    serves: ['ENGINE_SQS'],
    suites: queueSuites,
    command: async (port, dir) => {
      const jars = await fetchJars('org.elasticmq', 'elasticmq-server_2.13', versions.elasticmq);
      const config = join(dir, 'elasticmq.conf');
      writeFileSync(config, elasticmqConfig(port));
      return {
        file: 'java',
        args: [`-Dconfig.file=${config}`, '-cp', join(jars, '*'), 'org.elasticmq.server.Main'],
        env: {},
      };
    },
    differences: [
      {
        test: 'dead letters > are sent in batches of ten and of 1 MiB, attributes included, the largest one alone',
        why: shortMessages,
      },
      ...['the SDK', 'the lean client'].map((client) => ({
        test: `through ${client} > the longest message that SQS takes comes whole`,
        why: shortMessages,
      })),
    ],
  },
};

async function versionOfMoto(): Promise<string | undefined> {
  try {
    // The server is an extra of the package: without flask there is none.
    const { stdout } = await run('python3', ['-c', 'import flask, flask_cors, moto; print(moto.__version__)']);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** An artifact of Maven Central and what it needs, in a directory that is kept. */
async function fetchJars(groupId: string, artifactId: string, version: string): Promise<string> {
  const dir = join(homedir(), '.cache', 'ivm-bridge-engines', `${artifactId}-${version}`);
  const jars = join(dir, 'jars');
  mkdirSync(jars, { recursive: true });
  for (const tool of ['java', 'mvn']) {
    try {
      await run(tool, ['-version']);
    } catch (error) {
      throw new Error(`no ${tool} here: apt-get install default-jre-headless maven`, { cause: error });
    }
  }
  if (readdirSync(jars).some((name) => name.startsWith(artifactId))) return jars;
  const dependency = Object.entries({ groupId, artifactId, version }).map(([tag, text]) => `<${tag}>${text}</${tag}>`);
  const project = `<modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>jars</artifactId><version>1</version>`;
  writeFileSync(
    join(dir, 'pom.xml'),
    `<project>${project}<dependencies><dependency>${dependency.join('')}</dependency></dependencies></project>`,
  );
  try {
    await run('mvn', ['-q', '-f', dir, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`]);
  } catch (error) {
    throw new Error(`Maven Central gives no ${artifactId} ${version}`, { cause: error });
  }
  return jars;
}

/** On 127.0.0.1, as its defaults are not. */
const elasticmqConfig = (port: number): string => `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }
rest-stats { enabled = false }
aws { region = us-east-1, accountId = "${accountId}" }
`;
