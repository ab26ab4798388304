/** What a measured process says: numbers by name, `cpu` in µs for each operation, `rss` in MB, and what else a row needs. */
export type Sample = { readonly [measure: string]: number };

/** Rounds count from 1. */
export type Variant = { name: string; measure: (round: number) => Promise<Sample> };

/** What one variant is to keep to. */
export type Target = {
  /** What is compared, in words, for those who read the table. */
  title: string;
  measure: string;
  of: string;
  /** The variant that it is compared with; absent where the plain number counts. */
  against?: string;
  /** How it is compared with the other one; `sum` is that of all rounds, of the plain number. */
  by?: 'ratio' | 'difference' | 'sum';
  unit?: string;
} & ({ atMost: number } | { atLeast: number });

export type Row = {
  number: number;
  title: string;
  /** Fewer would let one noisy minute decide. */
  leastRounds: number;
  variants: readonly Variant[];
  targets: readonly Target[];
};

/** What was built and started for the rows. */
export type Bench = {
  /** Where the built code lies: `functions/<name>/index.mjs`, `peers/<name>.mjs`, `stubbed/<name>.mjs`. */
  dir: string;
  /** Of the canned AWS, over TLS. */
  endpoint: string;
  /** Runs a module of test/bench/tasks in a process of its own; gives what it says that it measured. */
  run(task: string, ...args: readonly (string | number)[]): Promise<Sample>;
};
