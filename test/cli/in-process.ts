import { Readable } from 'node:stream';
import { main } from '#lib/cli/main.ts';

/** Gives a command in this process, with nobody at the terminal: a process of its own takes a second to start. */
export async function command(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const writer = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await main({
    argv,
    environment: {},
    stdin: Readable.from([]),
    stdout: writer('stdout'),
    stderr: writer('stderr'),
    onInterrupt: () => () => undefined,
  });
  return { code, ...written };
}
