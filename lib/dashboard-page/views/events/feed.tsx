import type { EventSummary } from '../../../dashboard/events.ts';
import { useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Failed, Loading, Notice } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';
import { EventImage } from './event-image.tsx';
import { type EventWords, useEventWords } from './event-words.ts';
import type { LiveEvents } from './live-events.ts';

type FeedProps = { feed: LiveEvents; filters: { [name: string]: string }; isLive: boolean };

/** Events under the days they happened on, and how to get at those before. */
export function EventFeed({ feed, filters, isLive }: FeedProps) {
  const { events: texts } = useTexts();
  const format = useFormat();
  const words = useEventWords();
  const days = Map.groupBy(feed.events, ({ occurred_at: at }) => format.day(at));
  const last = feed.pages.at(-1);
  return (
    <section class="event-feed" aria-label={texts.feed} aria-busy={feed.isLoading}>
      <p class="event-live">
        {feed.fresh > 0 ? (
          <button type="button" class="primary" onClick={feed.showFresh}>
            {texts.newOnes(feed.fresh)}
          </button>
        ) : (
          isLive && <span class="note">{texts.live}</span>
        )}
      </p>
      <Ahead feed={feed} filters={filters} words={words} />
      {feed.error === undefined ? null : <Failed error={feed.error} retry={feed.reload} />}
      {[...days].map(([day, events]) => (
        <section key={day} class="event-day">
          <h2>{day}</h2>
          <ul class="event-cards">
            {events.map((event) => (
              <EventCard key={event.id} event={event} filters={filters} words={words} />
            ))}
          </ul>
        </section>
      ))}
      {feed.isLoading && feed.events.length === 0 ? <Loading /> : null}
      {!feed.isLoading && feed.error === undefined && feed.events.length === 0 ? (
        <Empty>{feed.hasMore ? texts.noneYet : texts.none}</Empty>
      ) : null}
      <SearchOn feed={feed} searchedTo={last?.searched_to ?? undefined} />
    </section>
  );
}

function SearchOn({ feed, searchedTo }: { feed: LiveEvents; searchedTo: string | undefined }) {
  const { events: texts, common } = useTexts();
  const format = useFormat();
  if (!feed.hasMore) return null;
  // A page that is full says by itself how far it goes.
  const isRare =
    (feed.pages.at(-1)?.events.length ?? 0) < (feed.pages[0]?.events.length ?? 0) || feed.events.length === 0;
  return (
    <p class="more">
      {isRare && searchedTo !== undefined ? (
        <span class="note">{texts.searchedTo(format.dateTime(searchedTo))} </span>
      ) : null}
      <button type="button" disabled={feed.isLoading} onClick={() => void feed.loadMore()}>
        {feed.isLoading ? common.loading : isRare ? texts.searchOn : common.more}
      </button>
    </p>
  );
}

/** Events whose time is yet to come would hide all others, and are told by themselves. */
function Ahead({ feed, filters, words }: Omit<FeedProps, 'isLive'> & { words: EventWords }) {
  const { events: texts } = useTexts();
  const ahead = feed.pages[0]?.ahead ?? [];
  const earliest = ahead.at(-1)?.occurred_at;
  if (earliest === undefined) return null;
  const cameras = [...new Set(ahead.map(({ camera }) => words.camera(camera)))].join(', ');
  return (
    <Notice tone="warning">
      {texts.ahead(ahead.length, ahead.length >= 5)} {cameras}.{' '}
      <a href={hashOf('events', { ...filters, from: new Date().toISOString() })}>{texts.aheadShow}</a>
    </Notice>
  );
}

function EventCard(props: { event: EventSummary; filters: { [name: string]: string }; words: EventWords }) {
  const { event, words } = props;
  const format = useFormat();
  const headline = words.headline(event);
  const more = words.more(event);
  return (
    <li class="event-card">
      <Thumbnails event={event} words={words} headline={headline} />
      <div class="event-text">
        <h3>
          <a href={hashOf('events', props.filters, event.id)}>{headline}</a>
        </h3>
        <p class="event-when">
          <time dateTime={event.occurred_at}>{format.clockSeconds(event.occurred_at)}</time>
          {event.summary['alarm_type'] === undefined ? null : <span class="note"> {words.type(event.type)}</span>}
        </p>
        <p class="event-camera">
          <Icon name="cameras" /> <span>{words.camera(event.camera)}</span>
        </p>
        {event.plates.length === 0 ? null : (
          <p class="event-plates">
            {event.plates.map((plate) => (
              <span key={plate} class="plate">
                {plate}
              </span>
            ))}
          </p>
        )}
        {more.length === 0 ? null : <p class="note">{more.join(' · ')}</p>}
      </div>
    </li>
  );
}

/** The best picture large and the others small beside it; where there is none, why. */
function Thumbnails({ event, words, headline }: { event: EventSummary; words: EventWords; headline: string }) {
  const { events: texts } = useTexts();
  const stored = event.pictures.filter(({ link }) => link !== undefined);
  const [first, ...others] = stored;
  const away = event.pictures[0];
  if (first === undefined) {
    const why =
      away === undefined
        ? texts.noPicture
        : `${words.picture(away.kind)}: ${away.reason === null ? words.status(away.status) : words.reason(away.reason, away.kind)}`;
    return <div class="event-thumbs none">{why}</div>;
  }
  const altOf = (kind: string) => texts.pictureOf(words.picture(kind), headline);
  return (
    <div class={`event-thumbs${others.length === 0 ? '' : ' several'}`}>
      <EventImage event={event.id} picture={first} alt={altOf(first.kind)} isLazy />
      {others.length === 0 ? null : (
        <div class="event-minis">
          {others.map((picture) => (
            <EventImage key={picture.kind} event={event.id} picture={picture} alt={altOf(picture.kind)} isLazy />
          ))}
        </div>
      )}
    </div>
  );
}
