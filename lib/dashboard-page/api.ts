import { useEffect, useState } from 'preact/hooks';
import { accessToken, signInAgain } from './sign-in.ts';

/** Why there is no answer; `code` is that of the problem details, or `offline`. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

export type Query = { readonly [name: string]: string | number | undefined };

/** Asks the API; parameters that are `undefined` or empty are left out. */
export async function ask<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const token = await accessToken();
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  ).toString();
  let response: Response;
  try {
    response = await fetch(`/api/${path}${parameters === '' ? '' : `?${parameters}`}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, 'offline', '');
  }
  if (response.ok) return (await response.json()) as T;
  if (response.status === 401) await signInAgain();
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  throw new ApiError(response.status, problem.code ?? `http-${response.status}`, problem.detail ?? '');
}

export type Answer<T> = {
  /** The last that came, also while the next is awaited. */
  data: T | undefined;
  error: ApiError | undefined;
  isLoading: boolean;
  reload: () => void;
};

/**
 * An answer of the API that follows its query. With `everyMs` it is asked for anew as long as the page is looked at.
 *
 * @param path `undefined` to ask for nothing
 */
export function useAnswer<T>(path: string | undefined, query: Query = {}, everyMs?: number): Answer<T> {
  const wanted = path === undefined ? undefined : JSON.stringify([path, query]);
  const [state, setState] = useState<{ of: string | undefined; data: T | undefined; error: ApiError | undefined }>({
    of: undefined,
    data: undefined,
    error: undefined,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === undefined) return undefined;
    const abort = new AbortController();
    const load = async () => {
      try {
        const data = await ask<T>(path, query, abort.signal);
        setState({ of: wanted, data, error: undefined });
      } catch (error) {
        if (abort.signal.aborted) return;
        const told = error instanceof ApiError ? error : new ApiError(0, 'failed', String(error));
        setState(({ data }) => ({ of: wanted, data, error: told }));
      }
    };
    void load();
    const timer =
      everyMs === undefined
        ? undefined
        : setInterval(() => {
            if (document.visibilityState === 'visible') void load();
          }, everyMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
    // `wanted` stands for path and query, which are new objects at each drawing.
  }, [wanted, round, everyMs]);
  return {
    data: path === undefined ? undefined : state.data,
    error: state.of === wanted ? state.error : undefined,
    isLoading: wanted !== undefined && state.of !== wanted,
    reload: () => setRound((one) => one + 1),
  };
}

export type Pages<T> = {
  pages: T[];
  error: ApiError | undefined;
  isLoading: boolean;
  hasMore: boolean;
  loadMore: () => Promise<void>;
  reload: () => void;
};

/**
 * A list that is fetched a page at a time: what has come so far, and how to get more.
 *
 * @param path `undefined` to ask for nothing
 */
export function usePages<T extends { next?: string | undefined }>(
  path: string | undefined,
  query: Query = {},
): Pages<T> {
  const wanted = JSON.stringify([path, query]);
  const [more, setMore] = useState<{ of: string; pages: T[]; error: ApiError | undefined; isLoading: boolean }>({
    of: wanted,
    pages: [],
    error: undefined,
    isLoading: false,
  });
  const first = useAnswer<T>(path, query);
  const later = more.of === wanted ? more : { of: wanted, pages: [], error: undefined, isLoading: false };
  const shown = first.isLoading || first.data === undefined ? [] : [first.data, ...later.pages];
  const next = shown.at(-1)?.next;
  const loadMore = async () => {
    if (path === undefined || next === undefined || later.isLoading) return;
    setMore({ ...later, isLoading: true, error: undefined });
    try {
      const page = await ask<T>(path, { ...query, page: next });
      setMore({ of: wanted, pages: [...later.pages, page], isLoading: false, error: undefined });
    } catch (error) {
      const told = error instanceof ApiError ? error : new ApiError(0, 'failed', String(error));
      setMore({ ...later, isLoading: false, error: told });
    }
  };
  return {
    pages: shown,
    error: first.error ?? later.error,
    isLoading: first.isLoading || later.isLoading,
    hasMore: next !== undefined,
    loadMore,
    reload: first.reload,
  };
}
