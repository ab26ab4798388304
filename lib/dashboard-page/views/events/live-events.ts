import { useEffect, useState } from 'preact/hooks';
import type { EventSummary, Events } from '../../../dashboard/events.ts';
import { ask, type Query, usePages } from '../../api.ts';

const everyMs = 5_000;

/** Whether pictures have come or been given up since an entry was fetched. */
const signOf = ({ pictures }: EventSummary): string => pictures.map(({ kind, status }) => `${kind} ${status}`).join();

const idsOf = (events: readonly EventSummary[]): string => events.map(({ id }) => id).join();

type Live = { of: string; shown: EventSummary[]; fresh: EventSummary[]; updates: { [id: string]: EventSummary } };

/**
 * The feed, page by page, and what has come since: new events wait until they are asked for, so that what is read does not
 * move, and pictures of those that are shown appear as they come.
 *
 * @param isLive whether anything new can fit the query
 */
export function useLiveEvents(query: Query, isLive: boolean) {
  const of = JSON.stringify(query);
  const pages = usePages<Events>('events', query);
  const none: Live = { of, shown: [], fresh: [], updates: {} };
  const [state, setState] = useState<Live>(none);
  const live = state.of === of ? state : none;
  const fetched = pages.pages.flatMap(({ events }) => events);
  const known = [...live.shown, ...fetched].toSorted((one, other) => (one.occurred_at < other.occurred_at ? 1 : -1));
  const ids = idsOf(known);
  const isReady = pages.pages.length > 0;
  useEffect(() => {
    if (!isLive || !isReady) return undefined;
    const abort = new AbortController();
    const look = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const { events } = await ask<Events>('events', query, abort.signal);
        const byId = new Map(known.map((one) => [one.id, one]));
        const fresh = events.filter(({ id }) => !byId.has(id));
        const changed = events.filter((one) => {
          const before = live.updates[one.id] ?? byId.get(one.id);
          return before !== undefined && signOf(before) !== signOf(one);
        });
        if (changed.length === 0 && idsOf(fresh) === idsOf(live.fresh)) return;
        setState({
          ...live,
          fresh,
          updates: { ...live.updates, ...Object.fromEntries(changed.map((one) => [one.id, one])) },
        });
      } catch {
        // What is shown stays; the next look may succeed.
      }
    };
    const timer = setInterval(() => void look(), everyMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
    // These texts stand for the query and for what is known, which are new objects at each drawing.
  }, [of, ids, isLive, isReady, state]);
  const showFresh = () => {
    // Where all of a page is new there may be more between it and what is shown.
    const isGapless = live.fresh.length === 0 || live.fresh.length < (pages.pages[0]?.events.length ?? 0);
    if (isGapless) setState({ ...live, shown: [...live.fresh, ...live.shown], fresh: [] });
    else {
      setState(none);
      pages.reload();
    }
  };
  return {
    ...pages,
    events: known.map((one) => live.updates[one.id] ?? one),
    fresh: live.fresh.length,
    showFresh,
  };
}
export type LiveEvents = ReturnType<typeof useLiveEvents>;
