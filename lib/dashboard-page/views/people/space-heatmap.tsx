import { useState } from 'preact/hooks';
import type { PeopleHeatmap } from '../../../dashboard/people.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Field } from '../../parts/filters.tsx';
import { Empty, Notice } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';
import { Select, useCameraName } from './controls.tsx';
import { useLabels } from './labels.ts';
import type { PeopleFilters } from './people-filters.ts';

/** Where people were in the picture of a camera. */
export function SpaceHeatmap({ filters }: { filters: PeopleFilters }) {
  const { people: texts } = useTexts();
  const labels = useLabels();
  const nameOf = useCameraName();
  const [wanted, setWanted] = useState<string>();
  const { period, cameras } = filters;
  const camera = cameras.find((id) => id === wanted) ?? cameras[0];
  const answer = useAnswer<PeopleHeatmap>(camera === undefined ? undefined : 'people/space-heatmap', {
    granularity: period.granularity,
    period: period.start,
    camera,
  });
  return (
    <Card title={`${texts.heat.space}: ${labels.period(period)}`} wide>
      <p class="note">{texts.heat.spaceNote}</p>
      {camera === undefined ? <Empty>{texts.heat.chooseCamera}</Empty> : null}
      {cameras.length < 2 || camera === undefined ? null : (
        <Select
          name="camera"
          label={texts.heat.ofCamera}
          value={camera}
          options={cameras.map((value) => ({ value, label: nameOf(value) }))}
          onChoose={setWanted}
        />
      )}
      {camera === undefined ? null : (
        <Answered answer={answer}>
          {(data) => <Overlay data={data} name={nameOf(camera)} isCurrent={!answer.isLoading} />}
        </Answered>
      )}
    </Card>
  );
}

function Overlay({ data, name, isCurrent }: { data: PeopleHeatmap; name: string; isCurrent: boolean }) {
  const { people } = useTexts();
  const { heat } = people;
  const format = useFormat();
  const [opacity, setOpacity] = useState(100);
  const { picture, snapshot } = data;
  // The picture of one camera under the name of another would be a lie.
  if (!isCurrent) return null;
  return (
    <>
      {picture === null ? (
        <Notice tone="warning">{data.reason === null ? heat.notExported : heat.none(data.reason)}</Notice>
      ) : null}
      {data.status === 'kept' ? <Notice tone="warning">{heat.kept}</Notice> : null}
      {picture === null && snapshot === null ? null : (
        <div class="overlay">
          {snapshot === null ? null : <img src={snapshot.picture.url} alt={heat.snapshotOf(name)} />}
          {picture === null ? null : (
            <img class="heat" src={picture.url} alt={heat.heatOf(name)} style={{ opacity: opacity / 100 }} />
          )}
        </div>
      )}
      {picture === null ? null : (
        <div class="overlay-legend">
          <Field label={heat.opacity}>
            <input
              type="range"
              min="0"
              max="100"
              value={opacity}
              onInput={({ currentTarget }) => setOpacity(currentTarget.valueAsNumber)}
            />
          </Field>
          <p class="note scale">
            {heat.less} <span class="heat-scale" aria-hidden="true" /> {heat.more}
          </p>
        </div>
      )}
      <p class="note">
        {snapshot === null ? heat.noSnapshot : heat.snapshotAt(format.dateTime(snapshot.taken_at))}
        {data.published_at === null ? null : ` · ${heat.publishedAt(format.dateTime(data.published_at))}`}
      </p>
    </>
  );
}
