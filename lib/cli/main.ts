import { AppError, ConfigError, errorCode, errorMessage } from '#lib/errors.ts';
import { main as startLocalStack } from '#lib/local/main.ts';
import { runDoctor } from './doctor-command.ts';
import { runSetUp } from './set-up-command.ts';
import type { Terminal } from './terminal.ts';

const usage = `Usage: ivm-bridge <command> [options]

  setup    fill a deployed stack: AK and SK, a token, callback keys, the nine registrations at IVM
  doctor   look at everything between cameras and exports, and say what is wrong and what to do
  start    the whole of it on this machine, with a simulated IVM; the same as npm start

ivm-bridge <command> --help shows what a command takes.`;

const commands: { readonly [name: string]: (terminal: Terminal) => Promise<number> } = {
  setup: runSetUp,
  doctor: runDoctor,
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
    // What the user has to change is one line; anything else is a bug or an answer of AWS, and its name is what helps.
    const text = error instanceof AppError ? errorMessage(error) : `${errorCode(error)}: ${errorMessage(error)}`;
    terminal.stderr.write(`${text}\n`);
    return errorCode(error) === 'usage' ? 2 : 1;
  }
}
