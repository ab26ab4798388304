import { useFormat } from '../../format.ts';
import { Figure } from '../../parts/card.tsx';
import { useSettings, useTexts } from '../../settings.tsx';
import { change, knownSum } from './comparison.ts';
import type { CountModel } from './count-model.ts';
import { unitOf, useLabels } from './labels.ts';

/** The numbers of the sum that are looked at first. */
export function CountFigures(props: { model: CountModel; beforeName: string | undefined; hasHours: boolean }) {
  const { model, beforeName, hasHours } = props;
  const { people: texts } = useTexts();
  const { language } = useSettings();
  const format = useFormat();
  const labels = useLabels();
  const { data, lines, isByHour, values, valuesBefore } = model;
  const [line] = lines;
  if (line === undefined) return null;
  const begun = data.buckets.filter((bucket) => bucket.has_begun).length;
  const percent = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const noteOf = (measure: 'in' | 'out') => {
    if (beforeName === undefined) return undefined;
    const { share, compared } = change(values(line, measure), valuesBefore(line, measure));
    if (share === null) return texts.notComparable(beforeName);
    const told = texts.change(percent.format(share), beforeName);
    return compared === begun ? told : `${told} (${texts.comparedBuckets(compared, begun)})`;
  };
  const unit = texts.units[unitOf(data.granularity, isByHour)];
  const known = line.buckets.filter((one) => one.in !== null && one.out !== null).length;
  const busiest = greatest(values(line, 'in'));
  const fullest = hasHours ? greatest(values(line, 'occupancy')) : undefined;
  const nameOf = (index: number) => {
    const bucket = data.buckets[index];
    return bucket === undefined ? '' : labels.bucket(bucket, data.granularity, isByHour);
  };
  return (
    <dl class="figures">
      <Figure label={texts.in} value={format.count(knownSum(values(line, 'in')))} note={noteOf('in')} />
      <Figure label={texts.out} value={format.count(knownSum(values(line, 'out')))} note={noteOf('out')} />
      <Figure
        label={texts.net}
        value={format.count(knownSum(line.net))}
        note={`${texts.camerasInSum(format.count(data.camera_count))} · ${texts.knownBuckets(known, begun, unit)}`}
      />
      <Figure
        label={texts.peak}
        value={format.count(busiest?.value)}
        note={busiest === undefined ? undefined : nameOf(busiest.index)}
      />
      {fullest === undefined ? null : (
        <Figure label={texts.mostInside} value={format.count(fullest.value)} note={nameOf(fullest.index)} />
      )}
    </dl>
  );
}

/** The greatest of the values that are known, and where it is; the first of several. */
function greatest(values: readonly (number | null)[]): { value: number; index: number } | undefined {
  let found: { value: number; index: number } | undefined;
  for (const [index, value] of values.entries()) {
    if (value !== null && (found === undefined || value > found.value)) found = { value, index };
  }
  return found;
}
