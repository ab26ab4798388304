import { useEffect, useState } from 'preact/hooks';
import type { EventDetails } from '../../../dashboard/event-details.ts';
import type { EventPicture } from '../../../dashboard/event-pictures.ts';
import { ask } from '../../api.ts';
import { useTexts } from '../../settings.tsx';

type Tried = { url: string | undefined; hasAsked: boolean; isAnswered: boolean; hasFailed: boolean };

const untried = { hasAsked: false, isAnswered: false, hasFailed: false };

/**
 * A stored picture of an event. Links live five minutes: where one no longer works, the event is asked for another, once.
 */
export function EventImage(props: { event: string; picture: EventPicture; alt: string; isLazy?: boolean }) {
  const { event, picture, alt } = props;
  const { events } = useTexts();
  const url = picture.link?.url;
  const [tried, setTried] = useState<Tried>({ url, ...untried });
  useEffect(() => setTried({ url, ...untried }), [url]);
  const askAgain = async () => {
    if (tried.hasAsked) return setTried({ ...tried, hasFailed: true });
    setTried({ ...tried, hasAsked: true });
    try {
      const { pictures } = await ask<EventDetails>(`events/${event}`);
      const fresh = pictures.find(({ kind }) => kind === picture.kind)?.link?.url;
      setTried({ url: fresh, hasAsked: true, isAnswered: true, hasFailed: fresh === undefined });
    } catch {
      setTried({ url: undefined, hasAsked: true, isAnswered: true, hasFailed: true });
    }
  };
  if (tried.hasFailed || tried.url === undefined) return <span class="picture-failed">{events.pictureFailed}</span>;
  return (
    <img
      // A link that is asked for within the same second is the same text, and would not be tried again.
      key={tried.isAnswered}
      src={tried.url}
      alt={alt}
      loading={props.isLazy === true ? 'lazy' : 'eager'}
      decoding="async"
      onError={() => void askAgain()}
    />
  );
}
