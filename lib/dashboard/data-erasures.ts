import * as z from 'zod';
import { pageToken, readPageToken } from './page-token.ts';
import { route } from './route.ts';

export type ErasuresDeps = {
  /** Records of erasures, the newest first, from before one on. Numbers may be texts of their digits. */
  erasureRecords: { page(limit: number, before?: string): Promise<readonly unknown[]> };
};

const count = z.coerce.number().int();
const counts = z.record(z.string(), count);

/** As `erase` keeps it. */
const StoredReport = z.object({
  id: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  erasure: z.object({
    before: z.string(),
    device: z.string().optional(),
    plate: z.string().optional(),
    target: z.string().optional(),
  }),
  events: count,
  items: count,
  rawLines: count,
  objects: counts,
  exports: z.object({ rewritten: count, rows: count, removed: count, busy: z.array(z.string()) }),
  deadLetters: count,
  state: count,
  waiting: count,
  recoverableUntil: z.string(),
});

const marks = ['device', 'plate', 'target'] as const;

export const ErasureRecord = z.strictObject({
  id: z.string(),
  is_readable: z.boolean(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  before: z.string().nullable().describe('what happened from then on was left'),
  by: z.array(z.enum(marks)).describe('what was named; whom it was about is not kept. None is everything'),
  events: z.int().nullable(),
  items: z.int().nullable(),
  raw_lines: z.int().nullable(),
  objects: z.record(z.string(), z.int()).describe('keys by folder'),
  exports_rewritten: z.int().nullable(),
  export_rows: z.int().nullable(),
  exports_removed: z.int().nullable(),
  exports_busy: z.array(z.string()).describe('exports that another run was at: the erasure has to be run again'),
  dead_letters: z.int().nullable(),
  state: z.int().nullable(),
  recoverable_until: z.string().nullable().describe('when the recovery of tables to a point in time has forgotten it'),
});
export type ErasureRecord = z.infer<typeof ErasureRecord>;

export const ErasureList = z.strictObject({ erasures: z.array(ErasureRecord), next: z.string().optional() });
export type ErasureList = z.infer<typeof ErasureList>;

const pageSize = 25;
const list = 'erasures';

export const erasuresRoute = route({
  path: '/api/data/erasures',
  summary: 'Records of erasures, the newest first',
  query: z.strictObject({ page: z.string().optional().describe('`next` of the page before') }),
  answer: ErasureList,
  handle: async ({ erasureRecords }: ErasuresDeps, { page }) => {
    const before = page === undefined ? undefined : readPageToken(list, z.string().min(1).max(100), page);
    const found = await erasureRecords.page(pageSize + 1, before);
    const erasures = found.slice(0, pageSize).map(recordOf);
    const last = erasures.at(-1);
    return { erasures, ...(found.length > pageSize && last !== undefined ? { next: pageToken(list, last.id) } : {}) };
  },
});

function recordOf(stored: unknown): ErasureRecord {
  const { data: report } = StoredReport.safeParse(stored);
  // A record that an older version has left is still one.
  const id = report?.id ?? z.object({ id: z.string() }).parse(stored).id;
  return {
    id,
    is_readable: report !== undefined,
    started_at: report?.startedAt ?? id,
    finished_at: report?.finishedAt ?? null,
    before: report?.erasure.before ?? null,
    by: marks.filter((mark) => report?.erasure[mark] !== undefined),
    events: report?.events ?? null,
    items: report?.items ?? null,
    raw_lines: report?.rawLines ?? null,
    objects: report?.objects ?? {},
    exports_rewritten: report?.exports.rewritten ?? null,
    export_rows: report?.exports.rows ?? null,
    exports_removed: report?.exports.removed ?? null,
    exports_busy: report?.exports.busy ?? [],
    dead_letters: report?.deadLetters ?? null,
    state: report?.state ?? null,
    recoverable_until: report?.recoverableUntil ?? null,
  };
}
