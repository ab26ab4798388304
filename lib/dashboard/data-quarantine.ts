import * as z from 'zod';
import { bodyKeyOfNote, noteKeyOfBody } from '#lib/callback/quarantine.ts';
import { QuarantineNote } from '#lib/callback/quarantine-note.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { allLimited } from './all-limited.ts';
import { ItemId, itemId } from './item-id.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { notFound } from './problem.ts';
import { firstOf, readableText } from './readable-text.ts';
import { route } from './route.ts';

/** The bucket, as far as it is about quarantine. */
export type QuarantineDeps = {
  quarantined: {
    /** The folders right under a prefix, with their slash, in their order. */
    folders(prefix: string): Promise<string[]>;
    /** Keys under a prefix that come after another one, in their order, up to a limit. */
    keysAfter(prefix: string, after: string | undefined, limit: number): Promise<string[]>;
    get(key: string): Promise<Buffer | undefined>;
    /** The first bytes of an object. */
    begin(key: string, limitBytes: number): Promise<{ content: Buffer; sizeBytes: number } | undefined>;
  };
};

const kinds = ['content', 'stale', 'unverified'] as const;
const root = 'quarantine/';
const daysPrefix = `${root}date=`;
const paths = subscriptions.map(({ path }) => path);

/** As `quarantineObjects` names them: nothing else can be opened. */
const bodyKey =
  /^quarantine\/(?:date=\d{4}-\d\d-\d\d|stale|unverified)\/[a-z][a-z-]*\/\d{4}-\d\d-\d\dT[\d:.]+Z-[0-9a-f]{16}\.body$/;

export const QuarantineEntry = z.strictObject({
  id: ItemId,
  reason: z.string().nullable().describe('null where its note is damaged'),
  received_at: z.string().nullable(),
  subscription: z.string().nullable(),
  size_bytes: z.int().nullable(),
});
export type QuarantineEntry = z.infer<typeof QuarantineEntry>;

export const QuarantineList = z.strictObject({
  callbacks: z.array(QuarantineEntry),
  next: z.string().optional(),
});
export type QuarantineList = z.infer<typeof QuarantineList>;

const pageSize = 25;
const readsAtOnce = 8;

export const quarantineRoute = route({
  path: '/api/data/quarantine',
  summary: 'Callbacks that could not take their way: by content the newest day first, else by subscription and time',
  query: z.strictObject({
    kind: z
      .enum(kinds)
      .default('content')
      .describe('content: no use; stale: a wrong clock; unverified: not judged yet'),
    subscription: z.enum(paths).optional(),
    page: z.string().optional().describe('`next` of the page before'),
  }),
  answer: QuarantineList,
  handle: async ({ quarantined }: QuarantineDeps, { kind, subscription, page }) => {
    const list = `quarantine ${kind} ${subscription ?? ''}`;
    const after = page === undefined ? undefined : readPageToken(list, z.string().regex(bodyKey), page);
    const folders = await foldersOf(quarantined, kind);
    const found = await takeNotes(quarantined, folders, { subscription, after, limit: pageSize + 1 });
    const shown = found.slice(0, pageSize);
    const callbacks = await allLimited(shown, readsAtOnce, async (key) => ({
      id: itemId(key),
      ...described(await readNote(quarantined, key)),
    }));
    const last = shown.at(-1);
    return { callbacks, ...(found.length > pageSize && last !== undefined ? { next: pageToken(list, last) } : {}) };
  },
});

/** Days newest first: the names of the others tell subscriptions before times. */
async function foldersOf({ folders }: QuarantineDeps['quarantined'], kind: (typeof kinds)[number]): Promise<string[]> {
  return kind === 'content' ? (await folders(daysPrefix)).toReversed() : [`${root}${kind}/`];
}

/** Keys of bodies that have a note, from folder to folder, until there are enough. */
async function takeNotes(
  { keysAfter }: QuarantineDeps['quarantined'],
  folders: readonly string[],
  { subscription, after, limit }: { subscription: string | undefined; after: string | undefined; limit: number },
): Promise<string[]> {
  const found: string[] = [];
  const start = after === undefined ? 0 : folders.findIndex((folder) => after.startsWith(folder));
  // Where the folder of the page before has gone, it has nothing left to go on with.
  for (const folder of start < 0 ? folders.filter((one) => one < (after ?? '')) : folders.slice(start)) {
    const prefix = subscription === undefined ? folder : `${folder}${subscription}/`;
    let from = after?.startsWith(folder) === true ? noteKeyOfBody(after) : undefined;
    while (found.length < limit) {
      const keys = await keysAfter(prefix, from, keysAtOnce);
      found.push(...keys.flatMap((key) => bodyKeyOfNote(key) ?? []).filter((key) => bodyKey.test(key)));
      if (keys.length < keysAtOnce) break;
      from = keys.at(-1);
    }
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/** Each callback has two. */
const keysAtOnce = 2 * (pageSize + 1);

async function readNote(
  { get }: Pick<QuarantineDeps['quarantined'], 'get'>,
  key: string,
): Promise<QuarantineNote | undefined> {
  const content = await get(noteKeyOfBody(key));
  return QuarantineNote.safeParse(jsonOrUndefined(content?.toString('utf8') ?? '')).data;
}

const described = (note: QuarantineNote | undefined): Omit<QuarantineEntry, 'id'> => ({
  reason: note?.reason ?? null,
  received_at: note?.received_at ?? null,
  subscription: note?.subscription ?? null,
  size_bytes: note?.size_bytes ?? null,
});

export const QuarantinedOpened = QuarantineEntry.extend({
  key: z.string().describe('where it lies in the bucket'),
  headers: z.strictObject({ timestamp: z.string().nullable(), signature: z.string().nullable() }),
  body_sha256: z.string().nullable(),
  body: z.string().nullable().describe('its beginning; what is no UTF-8 as \\xNN; null where it is gone'),
  is_cut: z.boolean(),
});
export type QuarantinedOpened = z.infer<typeof QuarantinedOpened>;

const longestBody = 64_000;

export const quarantinedRoute = route({
  path: '/api/data/quarantine/{callback}',
  summary: 'One quarantined callback, with the beginning of its body as text',
  query: z.strictObject({ callback: ItemId }),
  answer: QuarantinedOpened,
  handle: async ({ quarantined }: QuarantineDeps, { callback }) => {
    const key = Buffer.from(callback, 'base64url').toString('utf8');
    const unknown = notFound('unknown-callback', 'There is no such callback in quarantine, or no longer');
    if (!bodyKey.test(key)) throw unknown;
    const [note, begin] = await Promise.all([readNote(quarantined, key), quarantined.begin(key, longestBody + 4)]);
    if (note === undefined && begin === undefined) throw unknown;
    return {
      id: callback,
      ...described(note),
      key,
      headers: { timestamp: note?.timestamp ?? null, signature: note?.signature ?? null },
      body_sha256: note?.body_sha256 ?? null,
      body: begin === undefined ? null : readableText(firstOf(begin.content, longestBody)),
      is_cut: begin !== undefined && begin.sizeBytes > longestBody,
    };
  },
});
