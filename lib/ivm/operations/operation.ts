import type * as z from 'zod';

export type Protocol = 'HOLO' | 'GB28181';

/**
 * One interface of IVM. Its schemas are the only description that there is: requests are checked by them before they leave,
 * answers are read by them, and documents are made of them.
 */
export type Operation<
  Path extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
  Reply extends z.ZodType = z.ZodType,
> = {
  /** Section of the reference. */
  section: string;
  summary: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/v1/{user_id}/devices/{device_id}`. The user is the client's, and in no schema. */
  path: string;
  /**
   * What it does at IVM: `read` changes nothing; `change` does, `destroy` takes something away, replaces a password or decides who
   * may do what: whoever sends one of these by hand is asked first.
   */
  effect: 'read' | 'change' | 'destroy';
  /** It may be sent once only: sent again, it does the same once more, or takes what was taken already. */
  isOnce: boolean;
  /** It is called without an access token. */
  isOpen: boolean;
  /** How its devices are connected; `undefined` where the reference is silent, or there are no devices in it. */
  protocols: readonly Protocol[] | undefined;
  /** What it does otherwise than one would think, a sentence each. */
  notes: readonly string[];
  /** Name of the interface that the reference wants to be used in its place. */
  successor: string | undefined;
  /** How it is read to its end; `undefined` for what comes in one piece. */
  paging: Paging | undefined;
  /** Members of the answer that list items with what became of each as `result`: the answer is 200 whatever did. */
  outcomes: readonly string[];
  /** Second names under which parameters and members are sent as well, at any depth: the reference spells them in two ways. */
  alsoSentAs: { readonly [name: string]: string };
  parameters: Path;
  query: Query;
  body: Body;
  reply: Reply;
};

export type Paging = {
  /** What `offset` (or `start`) counts. */
  counts: 'pages' | 'rows';
  /** Names of the two parameters. */
  offset: string;
  limit: string;
  /** The most that may be asked for at once. */
  mostPerPage: number;
  /** The greatest offset, where it ends a listing before it does. */
  lastOffset?: number;
  /** Member of the answer that lists the entries, and the one that says how many there are in all, if any does. */
  entries: string;
  total: string | undefined;
};

/** Of a schema without members zod says that it takes none at all, which nothing could be added to. */
type MembersOf<Part extends z.ZodObject> = keyof Part['shape'] extends never ? unknown : z.input<Part>;

/** What an operation is called with: parameters of path and query and members of the body, whose names are all different. */
export type InputOf<Op extends Operation> = MembersOf<Op['parameters']> &
  MembersOf<Op['query']> &
  MembersOf<Op['body']>;
export type ReplyOf<Op extends Operation> = z.output<Op['reply']>;

type Declared<Path, Query, Body, Reply> = Pick<Operation, 'section' | 'summary' | 'method' | 'path' | 'effect'> &
  Partial<
    Pick<Operation, 'isOnce' | 'isOpen' | 'protocols' | 'notes' | 'successor' | 'paging' | 'outcomes' | 'alsoSentAs'>
  > & {
    parameters: Path;
    query: Query;
    body: Body;
    reply: Reply;
  };

/** Declares an operation, with what most of them have in common left out. */
export const operation = <
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Reply extends z.ZodType,
>(
  declared: Declared<Path, Query, Body, Reply>,
): Operation<Path, Query, Body, Reply> => ({
  isOnce: false,
  isOpen: false,
  protocols: undefined,
  notes: [],
  successor: undefined,
  paging: undefined,
  outcomes: [],
  alsoSentAs: {},
  ...declared,
});
