import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import { createProvisioning, type Provisioning, type StoreAccess } from '#lib/aws/provisioning.ts';
import { createTokenStore } from '#lib/aws/token-store.ts';
import { callbackUrl } from '#lib/callback/accept-callback.ts';
import { AuthKeySecret } from '#lib/callback/auth-key-secret.ts';
import { type Subscription, subscriptions } from '#lib/callback/subscriptions.ts';
import { type Credentials, createIvmClient, requestToken } from '#lib/ivm/client.ts';
import { createIvmHttp } from '#lib/ivm/http.ts';
import { OperatorEnv } from '#lib/operator/operator-env.ts';
import { bundlePage } from '#lib/packaging/bundle-page.ts';
import type { PrivacyKeySecret } from '#lib/privacy/privacy-key.ts';
import { createAuthKey } from '#lib/registration/auth-key.ts';
import { type RegisteredCallback, registerCallbacks } from '#lib/registration/register-callbacks.ts';
import { type IvmSimulator, startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { createTokenSource } from '#lib/tokens/token-source.ts';
import { isLoopbackHost } from './caller-guard.ts';
import type { IvmChoice } from './cli-options.ts';
import { openDataDir } from './data-dir.ts';
import { startDynaliteServer } from './dynalite-server.ts';
import { startFauxqsServer } from './fauxqs-server.ts';
import { type LocalFunction, startFunction } from './function-worker.ts';
import { type GatewayRoute, type LocalApi, startHttpGateway } from './http-gateway.ts';
import { startMetricsServer } from './metrics-server.ts';
import { writePrivateJson } from './private-file.ts';
import { startQueueMetrics } from './queue-metrics.ts';
import { type QueuePoller, startQueuePoller } from './queue-poller.ts';
import { startScheduler } from './scheduler.ts';
import { type SecretsServer, startSecretsServer } from './secrets-server.ts';
import { accountId, type FunctionDefinition, readStackDefinition, type StackDefinition } from './stack-definition.ts';

/** What functions talk to. */
export type Service = 'sqs' | 's3' | 'dynamodb' | 'secrets' | 'cloudwatch' | 'ivm';

export type StackOptions = {
  dataDir: string;
  /** 0 for any free one. */
  port: number;
  ivm: IvmChoice;
  publicUrl?: string;
  /** Parameters of serverless.yml, as `--param` sets them. */
  parameters?: { readonly [name: string]: string };
  /** Gets every line that a function writes. */
  onOutput: (functionName: string, line: string) => void;
  /** Gets what failed outside of the functions' own handling: an invocation, a poll, a reply. */
  onError: (what: string, error: unknown) => void;
  /**
   * Gives the endpoint at which functions find a service, from the one where it listens, so that a test can put faults
   * between the two. Whoever else talks to it (provisioning, pollers, the registration of callbacks, readers of
   * stack.json) goes there directly.
   */
  through?: (service: Service, endpoint: string) => Promise<string>;
};

/** What `<data>/stack.json` says; whoever wants to look at or talk to a running stack begins there. */
export type StackFile = {
  pid: number;
  baseUrl: string;
  /** Where the dashboard and `/_local/…` are served: the base URL, or with a public URL a port of its own. */
  localUrl: string;
  userId: string;
  /** The key is the one that callbacks are to be signed with now. */
  callbacks: { readonly [subscription in Subscription]: { url: string; authKey: string } };
  ivm: { endpoint: string; simulated: boolean };
  aws: StoreAccess & { secretsManager: string; cloudwatch: string };
  bucket: string;
  tables: { readonly [name: string]: string };
  queues: { readonly [name: string]: string };
  deadLetterQueues: { readonly [name: string]: string };
  /** What the operator's commands have to know, named as the functions' settings. */
  settings: { readonly [name: string]: string };
};

export type Stack = {
  file: StackFile;
  stores: Provisioning;
  /** Absent where callbacks come from elsewhere. */
  simulator?: IvmSimulator;
  registered: readonly RegisteredCallback[];
  /** Runs a function now; `undefined` where there is none of this name. */
  invoke(functionName: string, event: unknown): Promise<unknown> | undefined;
  /** Messages in all queues but the dead-letter queues, delayed ones and those being handled included. */
  backlog(): Promise<number>;
  /** Messages in dead-letter queues. */
  deadLetters(): Promise<number>;
  /** Waits until nothing is left to do; `false` where the signal ended the wait. */
  drain(signal: AbortSignal): Promise<boolean>;
  /** Ends everything, what is under way first. What is still in the queues stays there for the next start. */
  stop(): Promise<void>;
};

const region = 'us-east-1';
/** The function that shows everything, to whoever may see it. */
const dashboard = 'serve-dashboard';
const root = new URL('../../', import.meta.url);
const simulatedUserId = '109010000000000001';
/** Nothing listens there: where no IVM is given, asking one fails at once. */
const noIvm = { endpoint: 'http://127.0.0.1:9', userId: simulatedUserId, credentials: undefined };
const drainStepMs = 200;

/**
 * Starts the whole of serverless.yml on this machine: embedded stores, functions in worker threads, the HTTP API, pollers
 * and schedules, with a simulated IVM or another one, and registers the callbacks there.
 *
 * @throws ConfigError for what its user has to change: a port taken, a directory that can't be written
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  await using starting = new AsyncDisposableStack();
  const dataDir = openDataDir(options.dataDir);
  starting.defer(() => dataDir.release());
  // What a killed process left behind describes a stack that is gone.
  const file = dataDir.path('stack.json');
  rmSync(file, { force: true });
  starting.defer(() => rmSync(file, { force: true }));

  let onSecretChanged: (name: string) => void = () => undefined;
  const keys = { accessKeyId: `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`, secretAccessKey: randomUUID() };
  const now = () => new Date();
  // One after the other, so that where one does not start those before it are closed: an open one keeps the process alive.
  const fauxqs = await startFauxqsServer({ sqsDir: dataDir.path('sqs'), s3Dir: dataDir.path('s3'), region });
  starting.defer(() => fauxqs.close());
  const dynalite = await startDynaliteServer(dataDir.path('dynamodb'));
  starting.defer(() => dynalite.close());
  const secrets = await startSecretsServer({
    file: dataDir.path('secrets.json'),
    region,
    accessKeyId: keys.accessKeyId,
    now,
    onChange: (name) => onSecretChanged(name),
  });
  starting.defer(() => secrets.close());
  const metrics = await startMetricsServer({ accessKeyId: keys.accessKeyId, now });
  starting.defer(() => metrics.close());
  const access = { region, ...keys, sqs: fauxqs.endpoint, s3: fauxqs.endpoint, dynamodb: dynalite.endpoint };
  const stores = createProvisioning(access);
  starting.defer(() => stores.close());

  const { through = async (_service, endpoint) => endpoint } = options;
  const [sqs, s3, dynamodb, secretsManager, cloudwatch] = await Promise.all([
    through('sqs', fauxqs.endpoint),
    through('s3', fauxqs.endpoint),
    through('dynamodb', dynalite.endpoint),
    through('secrets', secrets.endpoint),
    through('cloudwatch', metrics.endpoint),
  ]);
  const yaml = readFileSync(new URL('serverless.yml', root), 'utf8');
  // The AWS SDK takes the host of a queue's URL for its endpoint: the URLs that functions have must lead where they go.
  const { parameters = {} } = options;
  const definition = readStackDefinition(yaml, { region, sqsEndpoint: sqs, params: parameters });
  const urlOf = (queueName: string) => `${fauxqs.endpoint}/${accountId}/${queueName}`;
  await createResources(stores, definition, urlOf);
  const queueMetrics = startQueueMetrics(
    definition.queues.map(({ name, deadLetterQueue }) => ({ name, isDeadLetterQueue: deadLetterQueue === undefined })),
    { contents: (name) => fauxqs.queueContents(name), record: metrics.record, now },
  );
  starting.defer(() => queueMetrics.stop());

  const simulator = await startSimulator(options.ivm);
  if (simulator !== undefined) starting.defer(() => simulator.running.close());
  const ivm = simulator?.ivm ?? (options.ivm.kind === 'remote' ? options.ivm : noIvm);
  const ivmEndpoint = await through('ivm', ivm.endpoint);
  const authKeys = fillSecrets(secrets, definition, ivm.credentials);

  const pageDirectory = resolve(dataDir.path('page'));
  rmSync(pageDirectory, { recursive: true, force: true });
  await bundlePage(pageDirectory);

  const isPublic = options.publicUrl !== undefined;
  const isReachable = isPublic || simulator !== undefined || isLoopbackHost(new URL(ivm.endpoint).host);
  // The port is known only once the gateway listens, and the functions have to know it.
  const environmentOf = (base: string, { name, memoryMb, environment }: FunctionDefinition) => ({
    ...environment,
    ...overrides(environment, {
      CALLBACK_BASE_URL: base,
      IVM_ENDPOINT: ivmEndpoint,
      IVM_USER_ID: ivm.userId,
      ALLOW_LOOPBACK: 'true',
      CALLBACK_OWNER: String(ivm.credentials !== undefined && isReachable),
      PAGE_DIRECTORY: pageDirectory,
      OIDC_ISSUER: 'none',
      OIDC_CLIENT_ID: 'none',
      OIDC_SIGN_IN_ORIGIN: 'none',
    }),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudwatch,
    // The user's own AWS settings have no say here.
    AWS_CONFIG_FILE: dataDir.path('no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: dataDir.path('no-aws-credentials'),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  });
  const functions = new Map<string, LocalFunction>();
  const invoke = (name: string, event: unknown): Promise<unknown> => {
    const found = functions.get(name);
    return found === undefined ? Promise.reject(new Error(`${name} has not started yet`)) : found.invoke(event);
  };
  const localApi: LocalApi = { invoke: (name, event) => functions.get(name)?.invoke(event) };
  const routes = definition.functions.flatMap((one) =>
    one.routes.map((route): GatewayRoute => {
      return { route, isLocal: one.name === dashboard, invoke: (event) => invoke(one.name, event) };
    }),
  );
  const onError = (error: unknown) => options.onError('http', error);
  const gateway = await startHttpGateway({
    port: options.port,
    // Who can reach the public URL must reach neither the dashboard nor the local API.
    routes: isPublic ? routes.filter(({ isLocal }) => !isLocal) : routes,
    localApi: isPublic ? undefined : localApi,
    onError,
    now,
  });
  starting.defer(() => gateway.close());
  const baseUrl = `http://127.0.0.1:${gateway.port}`;
  const callbackBaseUrl = options.publicUrl ?? baseUrl;
  let localUrl = baseUrl;
  if (isPublic) {
    const local = await startHttpGateway({
      port: 0,
      routes: routes.filter(({ isLocal }) => isLocal),
      localApi,
      onError,
      now,
    });
    starting.defer(() => local.close());
    localUrl = `http://127.0.0.1:${local.port}`;
  }

  for (const one of definition.functions) {
    const moduleUrl = new URL(`functions/${one.name}.ts`, root);
    const onOutput = (line: string) => {
      metrics.read(line);
      options.onOutput(one.name, line);
    };
    functions.set(one.name, startFunction(one, environmentOf(callbackBaseUrl, one), { moduleUrl, onOutput }));
  }
  starting.defer(async () => {
    await Promise.all([...functions.values()].map((one) => one.stop()));
  });

  const pollers = startPollers(definition, urlOf, {
    receiver: stores,
    invoke,
    onError: options.onError,
    now,
  });
  starting.defer(async () => {
    await Promise.all(pollers.map((poller) => poller.stop()));
  });

  const callbacks = wantedCallbacks(callbackBaseUrl, authKeys);
  const registered = await register({
    ivm: options.ivm,
    account: ivm,
    tokensTable: tableNames(definition)['tokens'] ?? '',
    isReachable,
    stores,
    callbacks,
  });

  const scheduler = startScheduler(
    definition.functions
      // Without an IVM, those that ask it would only fail, every hour anew.
      .filter(({ environment }) => ivm.credentials !== undefined || environment['IVM_ENDPOINT'] === undefined)
      .flatMap(({ name, schedules }) =>
        schedules.map(({ expression, timeZone, input }) => ({
          expression,
          timeZone,
          run: async () => {
            await invoke(name, input ?? {}).catch((error: unknown) => options.onError(name, error));
          },
        })),
      ),
  );
  starting.defer(() => scheduler.stop());

  const queueUrls = (isDead: boolean) =>
    Object.fromEntries(
      definition.queues
        .filter(({ deadLetterQueue }) => (deadLetterQueue === undefined) === isDead)
        .map(({ name }) => [shortName(definition, name).replace(/-dead$/, ''), urlOf(name)]),
    );
  const stackFile: StackFile = {
    pid: process.pid,
    baseUrl,
    localUrl,
    userId: ivm.userId,
    callbacks,
    ivm: { endpoint: ivm.endpoint, simulated: simulator !== undefined },
    aws: { ...access, secretsManager: secrets.endpoint, cloudwatch: metrics.endpoint },
    bucket: [...definition.buckets.values()][0] ?? '',
    tables: tableNames(definition),
    queues: queueUrls(false),
    deadLetterQueues: queueUrls(true),
    settings: operatorSettings(definition, (one) => environmentOf(callbackBaseUrl, one)),
  };
  writePrivateJson(file, stackFile);
  onSecretChanged = (name) => {
    if (name !== definition.secrets.get('CallbackKeysSecret')) return;
    // A rotation changes what callbacks are signed with, and whoever reads the file signs some.
    stackFile.callbacks = wantedCallbacks(callbackBaseUrl, storedAuthKeys(secrets, definition));
    writePrivateJson(file, stackFile);
  };

  const depthOf = async (urls: readonly string[]): Promise<number> => {
    const depths = await Promise.all(urls.map((url) => stores.depth(url)));
    return depths.reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
  };
  const backlog = () => depthOf(Object.values(stackFile.queues));
  const running = starting.move();
  return {
    file: stackFile,
    stores,
    ...(simulator === undefined ? {} : { simulator: simulator.running }),
    registered,
    invoke: localApi.invoke,
    backlog,
    deadLetters: () => depthOf(Object.values(stackFile.deadLetterQueues)),
    drain: async (signal) => {
      // Twice, because a message may be on its way from one queue to the next between two looks.
      for (let quiet = 0; quiet < 2; ) {
        const isQuiet = pollers.every((poller) => poller.idle()) && (await backlog()) === 0;
        quiet = isQuiet ? quiet + 1 : 0;
        if (quiet === 2) break;
        try {
          await delay(drainStepMs, undefined, { signal });
        } catch {
          return false;
        }
      }
      return true;
    },
    stop: () => running.disposeAsync(),
  };
}

async function createResources(
  stores: Provisioning,
  { queues, buckets, tables }: StackDefinition,
  urlOf: (name: string) => string,
): Promise<void> {
  // One after the other: a queue is created after its dead-letter queue.
  for (const { name, attributes } of queues) await stores.createQueue(name, urlOf(name), attributes);
  await Promise.all([
    ...[...buckets.values()].map((name) => stores.createBucket(name)),
    ...[...tables.values()].map((table) => stores.createTable(table)),
  ]);
}

async function startSimulator(choice: IvmChoice) {
  if (choice.kind !== 'simulated') return undefined;
  const credentials: Credentials = { accessKey: 'SIMULATED-AK', secretKey: 'SIMULATED-SK' };
  const { cameraCount } = choice;
  const running = await startIvmSimulator({
    userId: simulatedUserId,
    ...credentials,
    ...(cameraCount === undefined ? {} : { cameraCount }),
  });
  return { running, ivm: { endpoint: running.endpoint, userId: simulatedUserId, credentials } };
}

/** Keys once made are kept: what was signed with them may still be on its way. */
function fillSecrets(
  secrets: SecretsServer,
  definition: StackDefinition,
  credentials: Credentials | undefined,
): z.output<typeof AuthKeySecret> {
  const nameOf = (id: string) => definition.secrets.get(id) ?? id;
  if (credentials !== undefined) secrets.write(nameOf('IvmCredentialsSecret'), JSON.stringify(credentials));
  const kept = storedAuthKeys(secrets, definition);
  const authKeys = Object.fromEntries(
    subscriptions.map(({ subscription }) => [
      subscription,
      kept[subscription]?.length ? kept[subscription] : [createAuthKey()],
    ]),
  );
  secrets.write(nameOf('CallbackKeysSecret'), JSON.stringify(authKeys));
  const privacyKey = nameOf('PrivacyKeySecret');
  if (secrets.read(privacyKey) === undefined) {
    secrets.write(privacyKey, JSON.stringify({ key: randomBytes(32).toString('hex') } satisfies PrivacyKeySecret));
  }
  return AuthKeySecret.parse(authKeys);
}

function storedAuthKeys(secrets: SecretsServer, definition: StackDefinition): z.output<typeof AuthKeySecret> {
  const text = secrets.read(definition.secrets.get('CallbackKeysSecret') ?? '') ?? '{}';
  return AuthKeySecret.safeParse(JSON.parse(text)).data ?? {};
}

/** Those of every function together: one name means one thing throughout. */
function operatorSettings(
  { functions }: StackDefinition,
  environmentOf: (one: FunctionDefinition) => { readonly [name: string]: string },
): StackFile['settings'] {
  const names = new Set(Object.keys(OperatorEnv.shape));
  return Object.fromEntries(
    functions.flatMap((one) => Object.entries(environmentOf(one)).filter(([name]) => names.has(name))),
  );
}

/** Only variables that the function has anyway: serverless.yml says which those are. */
const overrides = (environment: FunctionDefinition['environment'], values: { readonly [name: string]: string }) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(environment, name)));

const shortName = ({ prefix }: StackDefinition, name: string): string => name.slice(`${prefix}-`.length);

const tableNames = (definition: StackDefinition): { [name: string]: string } =>
  Object.fromEntries([...definition.tables.values()].map(({ name }) => [shortName(definition, name), name]));

function wantedCallbacks(baseUrl: string, authKeys: z.output<typeof AuthKeySecret>): StackFile['callbacks'] {
  const entries = subscriptions.map(({ subscription, path }) => [
    subscription,
    { url: callbackUrl(baseUrl, path), authKey: authKeys[subscription]?.[0] ?? '' },
  ]);
  return Object.fromEntries(entries) as StackFile['callbacks'];
}

function startPollers(
  definition: StackDefinition,
  urlOf: (name: string) => string,
  deps: {
    receiver: Provisioning;
    invoke: (name: string, event: unknown) => Promise<unknown>;
    onError: StackOptions['onError'];
    now: () => Date;
  },
): QueuePoller[] {
  const arns = new Map(definition.queues.map(({ name, arn }) => [name, arn]));
  return definition.functions.flatMap(({ name, queues }) =>
    queues.map(({ queueName, ...trigger }) =>
      startQueuePoller(
        { ...trigger, queueArn: arns.get(queueName) ?? '', queueUrl: urlOf(queueName) },
        {
          receiver: deps.receiver,
          invoke: (event) => deps.invoke(name, event),
          onError: (error) => deps.onError(name, error),
          wait: async (ms, signal) => {
            await delay(ms, undefined, { signal });
          },
          now: deps.now,
        },
      ),
    ),
  );
}

/**
 * Registers the nine callbacks: always at the simulated IVM, at another one only where it can reach us, and never over
 * somebody else's URL there.
 */
async function register(options: {
  ivm: IvmChoice;
  account: { endpoint: string; userId: string; credentials: Credentials | undefined };
  tokensTable: string;
  isReachable: boolean;
  stores: Provisioning;
  callbacks: StackFile['callbacks'];
}): Promise<RegisteredCallback[]> {
  const { credentials, endpoint, userId } = options.account;
  if (credentials === undefined || !options.isReachable) return [];
  const now = () => new Date();
  const random = Math.random;
  const store = createTokenStore(options.tokensTable, now, options.stores.clients.dynamodb);
  // A simulated IVM begins anew each time, and knows no token of the one before.
  if (options.ivm.kind === 'simulated') await store.clear();
  const http = createIvmHttp({ endpoint, allowLoopback: true, now, random, sleep: delay });
  try {
    const issue = () => requestToken(http, userId, credentials);
    const tokens = createTokenSource({
      store,
      issue,
      holder: randomUUID(),
      // Whoever started the stack sees the error itself.
      metric: () => undefined,
      now,
      random,
      sleep: delay,
    });
    const wanted = subscriptions.map(({ subscription }) => ({ subscription, ...options.callbacks[subscription] }));
    return await registerCallbacks(createIvmClient(http, userId, tokens), wanted, {
      takeOver: options.ivm.kind === 'simulated' || isLoopbackHost(new URL(endpoint).host),
    });
  } finally {
    await http.close();
  }
}
