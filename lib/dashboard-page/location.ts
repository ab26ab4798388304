import { useEffect, useState } from 'preact/hooks';

/**
 * What the address bar says after `#/`: the view, what of it is open, and its filters. It is in the fragment, so that a link
 * can be shared and the server is not asked for paths that it does not have.
 */
export type Place = { view: string; open: string | undefined; filters: URLSearchParams };

export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view = '', open] = path.split('/');
  return {
    view: view === '' ? 'now' : view,
    open: open === '' ? undefined : open,
    filters: new URLSearchParams(query),
  };
}

/** The fragment of a place, with filters that are empty left out. */
export function hashOf(
  view: string,
  filters: { readonly [name: string]: string | undefined } = {},
  open?: string,
): string {
  const query = new URLSearchParams(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  ).toString();
  return `#/${view}${open === undefined ? '' : `/${open}`}${query === '' ? '' : `?${query}`}`;
}

/** Follows the address bar. */
export function usePlace(): Place {
  const [hash, setHash] = useState(() => window.location.hash);
  useEffect(() => {
    const follow = () => setHash(window.location.hash);
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return placeOf(hash);
}

/** Changes filters of the view that is shown; what is `undefined` or empty is taken out. */
export function changeFilters(changes: { readonly [name: string]: string | undefined }): void {
  const { view, open, filters } = placeOf(window.location.hash);
  window.location.hash = hashOf(view, { ...Object.fromEntries(filters), ...changes }, open);
}
