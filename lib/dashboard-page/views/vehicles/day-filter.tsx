import type { ComponentChildren } from 'preact';
import { changeFilters } from '../../location.ts';
import { Field, Filters } from '../../parts/filters.tsx';
import { useTexts } from '../../settings.tsx';

/** The day that is looked at, and what else there is to choose. */
export function DayFilter(props: {
  date: string | undefined;
  latest: string;
  label: string;
  children?: ComponentChildren;
}) {
  const { vehicles: texts } = useTexts();
  return (
    <Filters
      key={props.date}
      label={props.label}
      onApply={(values) => changeFilters(values)}
      onReset={() => changeFilters({ date: undefined, camera: undefined, lane: undefined, measure: undefined })}
    >
      <Field label={texts.day}>
        <input type="date" name="date" max={props.latest} defaultValue={props.date ?? ''} />
      </Field>
      {props.children}
    </Filters>
  );
}
