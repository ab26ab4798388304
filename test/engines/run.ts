/**
 * Runs the suites of the adapters against other engines than the embedded ones: `npm run test:engines -- [name...]`, of
 * moto, dynamodb-local and elasticmq; without a name, all of them. What is not to be had here is skipped, and said.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startVitest, type TestCase } from 'vitest/node';
import { closeServer, listenOnLoopback } from '#lib/local/loopback-server.ts';
import { type Command, type Engine, type EngineName, engines } from './engines.ts';

const startMs = 60_000;
const stopMs = 5_000;
const root = new URL('../../', import.meta.url).pathname;
type Outcome = { passed: number; known: number; unexpected: string[] };

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(engines);
const running = new Set<ChildProcess>();
// However this ends, no engine outlives it.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  if (!Object.hasOwn(engines, name)) throw new Error(`${name} is no engine: ${Object.keys(engines).join(', ')}`);
  const engine = engines[name as EngineName];
  const outcome = await runOn(engine);
  if (outcome === undefined) {
    total.skipped += 1;
    continue;
  }
  console.log(`${engine.title}: ${outcome.passed} passed, ${outcome.known} differ as is known`);
  for (const line of outcome.unexpected) console.error(`${engine.title}: ${line}`);
  total.passed += outcome.passed;
  total.failed += outcome.unexpected.length;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** `undefined` where the engine is not to be had. */
async function runOn(engine: Engine): Promise<Outcome | undefined> {
  const dir = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    const port = await freePort();
    let command: Command;
    try {
      command = await engine.command(port, dir);
    } catch (error) {
      console.log(`${engine.title}: skipped, ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
    const stop = await start(command, port, dir);
    try {
      return await runSuites(engine, `http://127.0.0.1:${port}`);
    } finally {
      await stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = http.createServer();
  const port = await listenOnLoopback(server, 0);
  await closeServer(server);
  return port;
}

/** Returns once it answers; what it gives ends it. */
async function start({ file, args, env }: Command, port: number, dir: string): Promise<() => Promise<void>> {
  const child = spawn(file, args, { cwd: dir, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      lines.push(text.toString());
      lines.splice(0, lines.length - 100);
    });
  }
  child.on('error', (error) => lines.push(error.message));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const stop = async () => {
    if (!hasEnded()) {
      const exited = once(child, 'exit');
      child.kill();
      const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await exited;
      clearTimeout(kill);
    }
    running.delete(child);
  };
  const deadline = Date.now() + startMs;
  while (!(await answers(port))) {
    if (hasEnded() || Date.now() > deadline) {
      await stop();
      throw new Error(`${file} does not start: ${lines.join('')}`);
    }
    await delay(100);
  }
  return stop;
}

async function answers(port: number): Promise<boolean> {
  try {
    await (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function runSuites(engine: Engine, endpoint: string): Promise<Outcome> {
  const vitest = await startVitest('test', [], {
    root,
    config: false,
    watch: false,
    include: [...engine.suites],
    pool: 'threads',
    isolate: false,
    fileParallelism: false,
    reporters: ['default'],
    setupFiles: ['test/support/setup.ts'],
    env: { LOG_LEVEL: 'silent', ...Object.fromEntries(engine.serves.map((variable) => [variable, endpoint])) },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  });
  try {
    const modules = vitest.state.getTestModules();
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    return judge(engine, tests, [
      ...modules.filter((module) => module.errors().length > 0).map(({ relativeModuleId }) => relativeModuleId),
      ...engine.suites.filter((suite) => !modules.some(({ relativeModuleId }) => relativeModuleId === suite)),
    ]);
  } finally {
    await vitest.close();
    // vitest says so of tests that differ, too.
    process.exitCode = 0;
  }
}

/** A known difference that is one no longer is a failure, too: the list is to stay true. */
function judge(engine: Engine, tests: readonly TestCase[], brokenSuites: readonly string[]): Outcome {
  const stateOf = (test: TestCase) => test.result().state;
  const passed = tests.filter((test) => stateOf(test) === 'passed');
  const failed = tests.filter((test) => stateOf(test) === 'failed');
  const isKnown = ({ fullName }: TestCase) => engine.differences.some(({ test }) => test === fullName);
  const ended = engine.differences.filter(({ test }) => !failed.some(({ fullName }) => fullName === test));
  return {
    passed: passed.length,
    known: failed.filter(isKnown).length,
    unexpected: [
      ...brokenSuites.map((suite) => `${suite} did not run`),
      ...failed.filter((test) => !isKnown(test)).map(({ fullName }) => `failed: ${fullName}`),
      ...ended.map(({ test }) => `does not fail any longer: ${test}`),
    ],
  };
}
