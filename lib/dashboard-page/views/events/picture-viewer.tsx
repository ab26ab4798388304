import { useState } from 'preact/hooks';
import type { EventDetails } from '../../../dashboard/event-details.ts';
import type { PictureBox } from '../../../dashboard/picture-boxes.ts';
import { useTexts } from '../../settings.tsx';
import { BoxLegend, BoxOverlay } from './box-overlay.tsx';
import { EventImage } from './event-image.tsx';
import type { EventWords } from './event-words.ts';

/** Which target a picture shows, by the number behind its kind. */
const targetOf = (kind: string): number | null => {
  const number = /^[a-z]+(?:-[a-z]+)*?-(\d+)(?:-|$)/.exec(kind)?.[1];
  return number === undefined ? null : Number(number);
};

/** Boxes stand in the panorama of their target, where it has one of its own, else in the one of the message. */
function boxesOver(kind: string, { boxes, pictures }: EventDetails): PictureBox[] {
  const target = targetOf(kind);
  return boxes.filter((box) => {
    if (kind !== box.picture && !kind.startsWith(`${box.picture}-`)) return false;
    if (box.target === target || box.target === 0) return box.target === target || target === null;
    return target === null && !pictures.some((one) => one.kind === `${box.picture}-${box.target}`);
  });
}

/** The picture that boxes are drawn over where there is none. */
const noPicture = '';

/** The pictures of an event, one large with its boxes over it, the others to choose from. */
export function PictureViewer({ event, words }: { event: EventDetails; words: EventWords }) {
  const { events: texts } = useTexts();
  const stored = event.pictures.filter(({ link }) => link !== undefined);
  const hasPanorama = stored.some(({ kind }) => kind === 'panorama' || kind.startsWith('panorama-'));
  const inPanorama = event.boxes.filter(({ picture }) => picture === 'panorama');
  const kinds = [...stored.map(({ kind }) => kind), ...(hasPanorama || inPanorama.length === 0 ? [] : [noPicture])];
  const first = kinds.find((kind) => kind !== noPicture && boxesOver(kind, event).length > 0) ?? kinds[0];
  const [chosen, setChosen] = useState<string>();
  const [hasBoxes, setBoxes] = useState(true);
  const [marked, setMarked] = useState<number>();
  const kind = chosen !== undefined && kinds.includes(chosen) ? chosen : first;
  if (kind === undefined) return null;
  const picture = stored.find((one) => one.kind === kind);
  const boxes = kind === noPicture ? inPanorama : boxesOver(kind, event);
  const nameOf = (one: string) => (one === noPicture ? texts.boxesAlone : words.picture(one));
  const headline = words.headline({ type: event.type, summary: event.attributes });
  return (
    <div class="viewer">
      <figure>
        <div class={`stage${picture === undefined ? ' empty-stage' : ''}`}>
          {picture === undefined ? (
            <p class="note">{texts.notStored}</p>
          ) : (
            <EventImage key={kind} event={event.id} picture={picture} alt={texts.pictureOf(nameOf(kind), headline)} />
          )}
          {hasBoxes && boxes.length > 0 ? <BoxOverlay boxes={boxes} marked={marked} /> : null}
        </div>
        <figcaption>
          <span>{nameOf(kind)}</span>
          {boxes.length === 0 ? null : (
            <label>
              <input
                type="checkbox"
                checked={hasBoxes}
                onChange={({ currentTarget }) => setBoxes(currentTarget.checked)}
              />{' '}
              {texts.showBoxes}
            </label>
          )}
          {picture?.link === undefined ? null : (
            <a href={picture.link.url} target="_blank" rel="noreferrer">
              {texts.openPicture}
            </a>
          )}
        </figcaption>
      </figure>
      {hasBoxes && boxes.length > 0 ? <BoxLegend boxes={boxes} mark={setMarked} /> : null}
      {kinds.length < 2 ? null : (
        <ul class="picture-choice" aria-label={texts.pictures}>
          {kinds.map((one) => {
            const small = stored.find((other) => other.kind === one);
            return (
              <li key={one}>
                <button type="button" aria-pressed={one === kind} onClick={() => setChosen(one)}>
                  {small === undefined ? null : <EventImage event={event.id} picture={small} alt="" isLazy />}
                  <span>{nameOf(one)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
