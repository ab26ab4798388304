#!/usr/bin/env node
// Plain JavaScript for any Node: an old one hands over to the Node that `npm ci` has brought.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const root = fileURLToPath(new URL('../../', import.meta.url));
const packagedNode = `${root}node_modules/node/bin/node`;
const isOld = Number(process.versions.node.split('.')[0]) < neededMajor;

if (!isOld) {
  const { main } = await import('./main.ts');
  process.exitCode = await main({
    argv: process.argv.slice(2),
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (listener) => {
      let isSecond = false;
      const interrupt = () => {
        // Whoever asks twice does not want to wait.
        if (isSecond) process.exit(130);
        isSecond = true;
        listener();
      };
      process.on('SIGINT', interrupt);
      process.on('SIGTERM', interrupt);
      return () => {
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
      };
    },
  });
} else if (existsSync(packagedNode) && process.env.IVM_BRIDGE_NODE === undefined) {
  const child = spawn(packagedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    // Whatever that Node turns out to be, it is the last one tried.
    env: { ...process.env, IVM_BRIDGE_NODE: packagedNode },
  });
  // A terminal tells both of Ctrl-C, anybody else only this process, which ends when the child has ended.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else {
  process.stderr.write(
    `Node ${neededMajor} is needed and this is ${process.versions.node}: run "npm ci", which brings one, then try again\n`,
  );
  process.exitCode = 1;
}
