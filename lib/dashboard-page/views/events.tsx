import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useSettings } from '../settings.tsx';
import type { ViewProps } from '../shell.tsx';
import { EventPanel } from './events/event-panel.tsx';
import { EventFeed } from './events/feed.tsx';
import { EventFilters } from './events/filters.tsx';
import { useLiveEvents } from './events/live-events.ts';
import { eventsQuery, filterNames } from './events/query.ts';

/** The feed of events, and over it the one that is opened: whoever comes back finds the feed as it was. */
export function EventsView({ place }: ViewProps) {
  const { tenant } = useSettings();
  const written = place.filters.toString();
  const filters = useMemo(
    () =>
      Object.fromEntries(
        filterNames.flatMap((name) => {
          const value = place.filters.get(name);
          return value === null || value === '' ? [] : [[name, value]];
        }),
      ),
    [written],
  );
  const query = useMemo(() => eventsQuery(place.filters, tenant.timeZone), [written, tenant.timeZone]);
  const isLive = query['to'] === undefined || Date.parse(String(query['to'])) > Date.now();
  const feed = useLiveEvents(query, isLive && place.open === undefined);
  const leftAt = useRef(0);
  const isOpen = place.open !== undefined;
  useEffect(() => {
    if (isOpen) {
      leftAt.current = window.scrollY;
      window.scrollTo(0, 0);
    } else window.scrollTo(0, leftAt.current);
  }, [isOpen]);
  const index = feed.events.findIndex(({ id }) => id === place.open);
  const idAt = (at: number) => (index === -1 ? undefined : feed.events[at]?.id);
  return (
    <>
      {place.open === undefined ? null : (
        <EventPanel id={place.open} filters={filters} newer={idAt(index - 1)} older={idAt(index + 1)} />
      )}
      <div class="events" hidden={isOpen}>
        <EventFilters filters={place.filters} />
        <EventFeed feed={feed} filters={filters} isLive={isLive} />
      </div>
    </>
  );
}
