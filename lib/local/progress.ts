/** What has happened so far, as the functions' own metrics tell. */
export type Counters = { stored: number; picturesStored: number; picturesMissed: number };

const counterOf: { readonly [metric: string]: keyof Counters } = {
  MessageStored: 'stored',
  PictureStored: 'picturesStored',
  PictureMissed: 'picturesMissed',
};

/** Counts from the lines that functions write: metrics are lines in Embedded Metric Format. */
export function createCounters(): { counters: Counters; read(line: string): void } {
  const counters: Counters = { stored: 0, picturesStored: 0, picturesMissed: 0 };
  return {
    counters,
    read: (line) => {
      for (const [metric, counter] of Object.entries(counterOf)) {
        const value = new RegExp(`"${metric}":(\\d+)`).exec(line)?.[1];
        if (value !== undefined && line.includes('"_aws"')) counters[counter] += Number(value);
      }
    },
  };
}

const barWidth = 24;

/** A bar such as `[████░░░░] 50 %`. */
export function progressBar(done: number, all: number): string {
  const share = all === 0 ? 1 : Math.min(1, done / all);
  const filled = Math.floor(share * barWidth);
  return `[${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

export type StatusLine = {
  /** Shows a line in place of the one before. */
  show(text: string): void;
  /** Prints something that stays, above the line. */
  print(text: string): void;
  /** Takes the line away. */
  clear(): void;
};

/** Quiet enough for a log file. */
const plainEveryMs = 5_000;

/** A line that keeps changing; where the output is no terminal, a new one now and then. */
export function createStatusLine(
  output: { isTTY?: boolean; columns?: number; write(text: string): unknown },
  now: () => Date,
): StatusLine {
  let shown = '';
  let shownAtMs = Number.NEGATIVE_INFINITY;
  const erase = () => {
    if (output.isTTY && shown !== '') output.write('\r\u001B[2K');
  };
  return {
    show: (text) => {
      if (text === shown) return;
      if (output.isTTY) {
        erase();
        output.write(text.slice(0, (output.columns ?? 80) - 1));
        shown = text;
      } else if (now().getTime() - shownAtMs >= plainEveryMs) {
        output.write(`${text}\n`);
        shown = text;
        shownAtMs = now().getTime();
      }
    },
    print: (text) => {
      erase();
      output.write(`${text}\n`);
      if (output.isTTY && shown !== '') output.write(shown.slice(0, (output.columns ?? 80) - 1));
    },
    clear: () => {
      erase();
      shown = '';
    },
  };
}
