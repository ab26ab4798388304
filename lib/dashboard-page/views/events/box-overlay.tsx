import type { PictureBox } from '../../../dashboard/picture-boxes.ts';
import { useTexts } from '../../settings.tsx';

const subjects: readonly PictureBox['subject'][] = [
  'vehicle',
  'plate',
  'person',
  'target',
  'object',
  'rule-area',
  'rule-line',
  'counted-area',
  'cut-out',
];
const colorOf = ({ subject }: PictureBox): string => `box-${(subjects.indexOf(subject) % 6) + 1}`;
const percent = (value: number): string => `${value / 100}%`;

function Shape({ box: { shape, points }, isMarked }: { box: PictureBox; isMarked: boolean }) {
  const [one, other] = points;
  const drawn = (kind: string) => ({ class: kind, 'vector-effect': 'non-scaling-stroke' });
  const draw = (kind: string) => {
    if (shape === 'area') {
      return <polygon {...drawn(kind)} points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />;
    }
    if (one === undefined || other === undefined) return null;
    return shape === 'line' ? (
      <line {...drawn(kind)} x1={one.x} y1={one.y} x2={other.x} y2={other.y} />
    ) : (
      <rect {...drawn(kind)} x={one.x} y={one.y} width={other.x - one.x} height={other.y - one.y} />
    );
  };
  // On whatever ground it is, one of the two strokes is seen.
  return (
    <g class={isMarked ? 'marked' : undefined}>
      {draw('halo')}
      {draw('stroke')}
    </g>
  );
}

/** Shapes over a picture, each with its number in the legend. What they say is there too, so this is for the eye alone. */
export const BoxOverlay = ({ boxes, marked }: { boxes: readonly PictureBox[]; marked: number | undefined }) => (
  <div class="box-overlay" aria-hidden="true">
    <svg viewBox="0 0 10000 10000" preserveAspectRatio="none">
      {boxes.map((box, index) => (
        <g key={box.path} class={colorOf(box)}>
          <Shape box={box} isMarked={index === marked} />
        </g>
      ))}
    </svg>
    {boxes.map((box, index) => {
      const left = Math.min(...box.points.map(({ x }) => x));
      const top = Math.min(...box.points.map(({ y }) => y));
      return (
        <span
          key={box.path}
          class={`box-number ${colorOf(box)}`}
          style={{ left: percent(Math.min(left, 9_600)), top: percent(Math.min(top, 9_400)) }}
        >
          {index + 1}
        </span>
      );
    })}
  </div>
);

/** What the shapes are; one that is pointed at, or reached by keyboard, stands out in the picture. */
export function BoxLegend(props: { boxes: readonly PictureBox[]; mark: (index: number | undefined) => void }) {
  const { events: texts } = useTexts();
  return (
    <ol class="box-legend" aria-label={texts.boxes}>
      {props.boxes.map((box, index) => {
        const subject = texts.subjects[box.subject];
        return (
          <li key={box.path}>
            <button
              type="button"
              class="plain"
              onFocus={() => props.mark(index)}
              onBlur={() => props.mark(undefined)}
              onMouseEnter={() => props.mark(index)}
              onMouseLeave={() => props.mark(undefined)}
            >
              <span class={`box-number ${colorOf(box)}`}>{index + 1}</span>{' '}
              {box.target === null ? subject : texts.box(subject, box.target + 1)}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
