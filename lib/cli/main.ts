import { AppError, ConfigError, errorCode, errorMessage } from '#lib/errors.ts';
import { main as startLocalStack } from '#lib/local/main.ts';
import { runDoctor } from './doctor-command.ts';
import { runErase } from './erase-command.ts';
import { runRedrive } from './redrive-command.ts';
import { runReplay } from './replay-command.ts';
import { runSetUp } from './set-up-command.ts';
import type { Terminal } from './terminal.ts';

const usage = `Usage: ivm-bridge <command> [options]

  setup    fill a deployed stack: AK and SK, a token, callback keys, the nine registrations at IVM
  doctor   look at everything between cameras and exports, and say what is wrong and what to do
  redrive  show why messages rest in a dead-letter queue, and send them back to their queue
  replay   show how the raw archive, read by the current code, differs from what is stored, and repair it
  erase    erase every trace of a device, a plate, a person, or a time
  call     call any interface of IVM with the token of the stack: groups, packages, record plans, targets, PTZ, live URLs
  start    the whole of it on this machine, with a simulated IVM; the same as npm start

ivm-bridge <command> --help shows what a command takes.`;

const commands: { readonly [name: string]: (terminal: Terminal) => Promise<number> } = {
  setup: runSetUp,
  doctor: runDoctor,
  redrive: runRedrive,
  replay: runReplay,
  erase: runErase,
  // Its schemas take longer to make than most commands take in all.
  call: async (terminal) => (await import('./call-command.ts')).runCall(terminal),
  start: startLocalStack,
};

/**
 * The operator's commands.
 *
 * @returns the exit status: 0 where all is well; 1 where it is not, or the command failed; 2 for a wrong command line
 */
export async function main(terminal: Terminal): Promise<number> {
  const [name = '--help', ...argv] = terminal.argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.stdout.write(`${usage}\n`);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) throw new ConfigError('usage', `There is no command ${name}\n\n${usage}`);
    return await command({ ...terminal, argv });
  } catch (error) {
    const { code, message } = told(error);
    if (argv.includes('--json')) terminal.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    terminal.stderr.write(`${message}\n`);
    return code === 'usage' ? 2 : 1;
  }
}

const lacksCredentials = new Set(
  `CredentialsProviderError ExpiredToken ExpiredTokenException InvalidClientTokenId InvalidSignatureException
  SignatureDoesNotMatch UnrecognizedClientException`.split(/\s+/),
);

/** A failure as one line for the one who gave the command: what to change, or what AWS said. */
function told(error: unknown): { code: string; message: string } {
  const code = errorCode(error);
  const message = errorMessage(error);
  if (error instanceof AppError) return { code, message };
  if (message === 'Region is missing')
    return { code: 'usage', message: 'Say which region, with --region or AWS_REGION' };
  if (lacksCredentials.has(code)) {
    return { code, message: `AWS takes no credentials from here: give --profile, or sign in again (${message})` };
  }
  if (code.startsWith('AccessDenied'))
    return { code, message: `AWS does not allow this to your credentials: ${message}` };
  if (code === 'AbortError') return { code, message: 'Stopped' };
  // A bug, or another answer of AWS: its name is what helps.
  return { code, message: `${code}: ${message}` };
}
