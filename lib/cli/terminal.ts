import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import type { Terminal as LocalTerminal } from '#lib/local/main.ts';

/** What a command reads from and writes to. */
export type Terminal = LocalTerminal & {
  environment: { [name: string]: string | undefined };
  stdin: Readable & { isTTY?: boolean };
};

/** Asks for a line; what is typed is shown unless it is secret. `undefined` where nobody sits at the other end. */
export async function ask(
  { stdin, stderr }: Pick<Terminal, 'stdin' | 'stderr'>,
  question: string,
  { isSecret }: { isSecret: boolean },
): Promise<string | undefined> {
  if (stdin.isTTY !== true) return undefined;
  stderr.write(question);
  const echo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!isSecret) stderr.write(chunk.toString('utf8'));
      done();
    },
  });
  const lines = createInterface({ input: stdin, output: echo, terminal: true });
  try {
    return (await lines.question('')).trim();
  } finally {
    lines.close();
    if (isSecret) stderr.write('\n');
  }
}

/** Characters that a terminal shows as two columns: Chinese, Japanese and Korean ones, and the punctuation that goes with them. */
const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g;
const widthOf = (text: string): number => text.length + (text.match(wide)?.length ?? 0);

/** Lines of a table whose columns are as wide as their widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widthOf(cell), widths[at] ?? 0);
  }
  return rows.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}
