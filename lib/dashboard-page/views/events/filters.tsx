import { useState } from 'preact/hooks';
import type { eventTypes } from '../../../dashboard/events.ts';
import { changeFilters } from '../../location.ts';
import { CameraChoice } from '../../parts/camera-choice.tsx';
import { Choice, Field, Filters } from '../../parts/filters.tsx';
import { useSettings } from '../../settings.tsx';
import { useFieldWords, useWords } from '../../words.ts';
import { filterNames, wallClockOf } from './query.ts';

/** The order in which they are looked for. */
const types: readonly (typeof eventTypes)[number][] = [
  'device_alarm',
  'target_data',
  'vehicle_data',
  'behavior_analysis_data',
  'head_shoulder_data',
  'micro_checkpoint_data',
  'third_data',
  'device_status',
  'device_unbind',
  'snapshot',
];
const wide = '(min-width: 721px)';

/** The filters of the feed, folded away where there is little room. */
export function EventFilters({ filters }: { filters: URLSearchParams }) {
  const { texts, tenant } = useSettings();
  const { events } = texts;
  const word = useWords();
  const fieldWords = useFieldWords();
  const [camera, setCamera] = useState(filters.get('camera') ?? undefined);
  const [isOpen] = useState(() => window.matchMedia(wide).matches);
  const valueOf = (name: string) => filters.get(name) ?? '';
  const count = filterNames.filter((name) => valueOf(name) !== '').length;
  const alarmType = valueOf('alarm_type');
  const alarmTypes = Object.keys(fieldWords?.tables[fieldWords.kinds['alarm-type'] ?? ''] ?? {});
  const apply = (values: { [name: string]: string }) => changeFilters({ ...values, camera });
  const reset = () => {
    setCamera(undefined);
    changeFilters(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  };
  const { timeZone } = tenant;
  return (
    <details class="event-filters" open={isOpen}>
      <summary>{count === 0 ? events.filters : events.filtersSet(count)}</summary>
      <Filters label={events.filters} onApply={apply} onReset={reset} key={filters.toString()}>
        <Choice
          name="type"
          label={events.type}
          value={valueOf('type')}
          options={types.map((value) => ({ value, label: word('message-type', value) }))}
        />
        <CameraChoice label={events.camera} value={camera} onChoose={setCamera} />
        <Field label={events.from}>
          <input type="datetime-local" name="from" defaultValue={wallClockOf(filters.get('from'), timeZone)} />
        </Field>
        <Field label={events.to}>
          <input type="datetime-local" name="to" defaultValue={wallClockOf(filters.get('to'), timeZone, true)} />
        </Field>
        <Field label={tenant.hasHashedPlates ? events.plateHashed : events.plate}>
          <input name="plate" maxLength={40} autocomplete="off" defaultValue={valueOf('plate')} />
        </Field>
        <Choice
          name="alarm_type"
          label={events.alarmType}
          value={alarmType}
          options={[...new Set([...alarmTypes, alarmType])]
            .filter((value) => value !== '')
            .map((value) => ({ value, label: word('alarm-type', value) }))}
        />
        <Field label={events.text}>
          <input
            type="search"
            name="text"
            maxLength={100}
            placeholder={events.textHint}
            defaultValue={valueOf('text')}
          />
        </Field>
      </Filters>
    </details>
  );
}
