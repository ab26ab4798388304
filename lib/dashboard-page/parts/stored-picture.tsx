import { useState } from 'preact/hooks';
import type { ObjectLink } from '../../dashboard/object-link.ts';
import { useTexts } from '../settings.tsx';

/**
 * A picture of the bucket. Its link lives for minutes: where it is no good any more it is asked for anew, once, and after
 * that the picture is told not to be there.
 *
 * @param props.renew asks for the answer that holds the link
 */
export function StoredPicture(props: { link: ObjectLink; alt: string; renew: () => void }) {
  const { cameras } = useTexts();
  const { url } = props.link;
  const [failed, setFailed] = useState<readonly string[]>([]);
  const fail = () => {
    if (failed.length === 0) props.renew();
    setFailed([...failed, url]);
  };
  if (failed.length > 1 || failed.includes(url)) return <p class="picture-gone note">{cameras.pictureGone}</p>;
  return (
    <a href={url} target="_blank" rel="noreferrer" class="stored-picture">
      <img src={url} alt={props.alt} loading="lazy" onError={fail} onLoad={() => setFailed([])} />
    </a>
  );
}
