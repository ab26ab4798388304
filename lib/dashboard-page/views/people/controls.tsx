import { granularities } from '#lib/statistics/period.ts';
import { addDays } from '#lib/time/calendar.ts';
import { useCameraNames } from '../../cameras.ts';
import { changeFilters, hashOf, type Place } from '../../location.ts';
import { CameraChoice } from '../../parts/camera-choice.tsx';
import { Field } from '../../parts/filters.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useTexts } from '../../settings.tsx';
import { nextPeriod } from './comparison.ts';
import { useLabels } from './labels.ts';
import { mostCameras, type PeopleFilters } from './people-filters.ts';

type ControlProps = { filters: PeopleFilters; place: Place; weekStart: number };

/** The address of this view with some of its filters changed. */
export const peopleHash = (place: Place, changes: { readonly [name: string]: string | undefined }): string =>
  hashOf('people', { ...Object.fromEntries(place.filters), ...changes });

/** Which period, and of which cameras. */
export function PeriodControls({ filters, place, weekStart }: ControlProps) {
  const { people } = useTexts();
  const labels = useLabels();
  const { period } = filters;
  return (
    <div class="filters" role="group" aria-label={people.filters}>
      <nav class="segments" aria-label={people.granularity}>
        {granularities.map((name) => (
          <a
            key={name}
            href={peopleHash(place, { by: name, period: period.start })}
            aria-current={name === period.granularity ? 'true' : undefined}
          >
            {people.granularities[name]}
          </a>
        ))}
      </nav>
      <div class="stepper">
        <a class="button" href={peopleHash(place, { period: addDays(period.start, -1) })} aria-label={people.previous}>
          <Icon name="left" />
        </a>
        <strong aria-live="polite">{labels.period(period)}</strong>
        <a
          class="button"
          href={peopleHash(place, { period: nextPeriod(period, weekStart).start })}
          aria-label={people.next}
        >
          <Icon name="right" />
        </a>
      </div>
      <Field label={people.date}>
        <input
          type="date"
          value={period.start}
          onChange={({ currentTarget: { value } }) => {
            if (value !== '') changeFilters({ period: value });
          }}
        />
      </Field>
      <ChosenCameras filters={filters} />
    </div>
  );
}

function ChosenCameras({ filters: { cameras } }: { filters: PeopleFilters }) {
  const { people } = useTexts();
  const nameOf = useCameraName();
  const choose = (ids: readonly string[]) => changeFilters({ cameras: ids.join(',') });
  return (
    <>
      {cameras.length >= mostCameras ? null : (
        <CameraChoice
          key={cameras.join()}
          label={people.addCamera}
          value={undefined}
          onChoose={(id) => {
            if (id !== undefined && !cameras.includes(id)) choose([...cameras, id]);
          }}
        />
      )}
      <div class="chosen">
        <span class="note">{cameras.length === 0 ? people.allCameras : people.chosenCameras}</span>
        {cameras.length === 0 ? null : (
          <ul>
            {cameras.map((id) => (
              <li key={id}>
                <button
                  type="button"
                  class="chip"
                  aria-label={people.removeCamera(nameOf(id))}
                  onClick={() => choose(cameras.filter((other) => other !== id))}
                >
                  {nameOf(id)} <Icon name="close" />
                </button>
              </li>
            ))}
            <li>
              <button type="button" onClick={() => choose([])}>
                {people.showAllCameras}
              </button>
            </li>
          </ul>
        )}
      </div>
    </>
  );
}

/** Names of cameras by their ids; the ids themselves while names are not known. */
export function useCameraName(): (id: string) => string {
  const names = new Map(useCameraNames().map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

/** One of a few, which takes effect at once. */
export const Select = (props: {
  label: string;
  name: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChoose?: (value: string) => void;
}) => (
  <Field label={props.label}>
    <select
      name={props.name}
      value={props.value}
      onChange={({ currentTarget: { value } }) =>
        (props.onChoose ?? ((one) => changeFilters({ [props.name]: one })))(value)
      }
    >
      {props.options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  </Field>
);
