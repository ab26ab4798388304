import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '#lib/local/main.ts';

function temporaryDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'main-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Runs the command line as `npm start` does, and gives what it printed. */
async function run(argv: readonly string[], onOutput?: (stdout: string, interrupt: () => void) => void) {
  const printed = { stdout: '', stderr: '' };
  let interrupt = () => {};
  const exitCode = await main({
    argv,
    environment: {},
    stdout: {
      write: (text) => {
        printed.stdout += text;
        onOutput?.(printed.stdout, () => interrupt());
      },
    },
    stderr: {
      write: (text) => {
        printed.stderr += text;
      },
    },
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => {
        interrupt = () => {};
      };
    },
  });
  return { ...printed, exitCode };
}

const words = (text: string, lineBegin: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(lineBegin))
    ?.split(/\s+/);

describe('npm start', () => {
  it('with a count sends all nine types, waits for everything, prints sums that add up, and ends well', async () => {
    const data = temporaryDir();
    const { stdout, stderr, exitCode } = await run(['--count', '18', '--port', '0', '--data', data]);
    expect(stderr).not.toContain('rror');
    expect(stdout).toContain('It adds up.');
    expect(exitCode).toBe(0);
    const [, sent, acknowledged, stored, wanted, picturesStored, missing] = words(stdout, 'all ') ?? [];
    expect([sent, acknowledged, stored, missing]).toEqual(['18', '18', '18', '0']);
    expect(Number(wanted)).toBeGreaterThan(0);
    expect(picturesStored).toBe(wanted);
    for (const type of [
      'device_alarm',
      'device_status',
      'device_unbind',
      'target_data',
      'third_data',
      'vehicle_data',
    ]) {
      expect(words(stdout, type)).toBeDefined();
    }
    for (const type of ['head_shoulder_data', 'behavior_analysis_data', 'micro_checkpoint_data']) {
      expect(words(stdout, type)).toBeDefined();
    }
    expect(readFileSync(join(data, 'functions.log'), 'utf8')).toContain('"MessageStored"');
    expect(existsSync(join(data, 'stack.json'))).toBe(false);
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  it('without a count goes on until Ctrl-C, and then stops cleanly', async () => {
    const data = temporaryDir();
    const { stdout, exitCode } = await run(['--port', '0', '--data', data], (text, interrupt) => {
      if (text.includes('Ctrl-C drains and stops')) interrupt();
    });
    expect(stdout).toContain('Sending 2 messages per second');
    expect(exitCode).toBe(0);
    // It has listed its devices first.
    expect(readFileSync(join(data, 'functions.log'), 'utf8')).toMatch(/^sync-inventory .*"ChannelsListed":9/m);
  });

  it('without a simulator waits for callbacks from elsewhere', async () => {
    const data = temporaryDir();
    let file: unknown;
    const { stdout, exitCode } = await run(['--no-simulator', '--port', '0', '--data', data], (text, interrupt) => {
      if (!text.includes('Waiting for callbacks')) return;
      file = JSON.parse(readFileSync(join(data, 'stack.json'), 'utf8'));
      interrupt();
    });
    expect(stdout).toContain('callbacks come from elsewhere');
    expect(file).toMatchObject({ ivm: { simulated: false } });
    expect(words(stdout, '  dashboard')).toEqual([
      '',
      'dashboard',
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
    ]);
    expect(exitCode).toBe(0);
  });

  it('keeps the local API and the dashboard off a public URL', async () => {
    const data = temporaryDir();
    const publicUrl = 'https://tunnel.example';
    let status: Promise<number[]> | undefined;
    const { exitCode } = await run(
      ['--no-simulator', '--port', '0', '--data', data, '--public-url', `${publicUrl}/`],
      (text, interrupt) => {
        if (!text.includes('Waiting for callbacks')) return;
        const file = JSON.parse(readFileSync(join(data, 'stack.json'), 'utf8')) as {
          baseUrl: string;
          localUrl: string;
          callbacks: { DEVICE_ALARM: { url: string } };
        };
        expect(file.callbacks.DEVICE_ALARM.url).toBe(`${publicUrl}/callbacks/device-alarm`);
        const invoke = async (base: string) => {
          const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
          return (await fetch(`${base}/_local/invoke/retry-pictures`, request)).status;
        };
        const look = async (base: string) => (await fetch(`${base}/`)).status;
        const { baseUrl, localUrl } = file;
        expect(text).toContain(`dashboard  ${localUrl}/`);
        status = Promise.all([invoke(baseUrl), look(baseUrl), invoke(localUrl), look(localUrl)]).finally(interrupt);
      },
    );
    expect(await status).toEqual([404, 404, 200, 200]);
    expect(exitCode).toBe(0);
  });

  it('shows its options', async () => {
    const { stdout, exitCode } = await run(['--help']);
    expect(stdout).toContain('--count N');
    expect(exitCode).toBe(0);
  });
});

describe('trouble at the start is one clear line', () => {
  it('for a port that is taken', async () => {
    const server = http.createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const data = temporaryDir();
    const { stderr, exitCode } = await run(['--port', String(port), '--data', data]);
    expect(stderr).toBe(`Port ${port} is taken: choose another one with --port, or 0 for any free one\n`);
    expect(exitCode).toBe(1);
    expect(existsSync(join(data, 'lock'))).toBe(false);
  });

  it('for a data directory that cannot be written', async () => {
    const file = join(temporaryDir(), 'file');
    writeFileSync(file, '');
    const { stderr, exitCode } = await run(['--data', join(file, 'below')]);
    expect(stderr).toMatch(/^The data directory .* can't be written \(ENOTDIR\): choose another one with --data\n$/);
    expect(exitCode).toBe(1);
  });

  it('for an option that does not exist', async () => {
    const { stderr, exitCode } = await run(['--cuont', '3']);
    expect(stderr).toMatch(/^Unknown option '--cuont'.*\n$/);
    expect(exitCode).toBe(2);
  });
});
