import type { ComponentChildren } from 'preact';
import { useTexts } from '../settings.tsx';

/** The filters of a view. They take effect together, when they are applied. */
export function Filters(props: {
  label: string;
  onApply: (values: { [name: string]: string }) => void;
  onReset: () => void;
  children: ComponentChildren;
}) {
  const { common } = useTexts();
  const apply = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const entries = [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    props.onApply(Object.fromEntries(entries));
  };
  return (
    <form class="filters" aria-label={props.label} onSubmit={apply}>
      {props.children}
      <div class="buttons">
        <button type="submit" class="primary">
          {common.apply}
        </button>
        <button type="button" onClick={props.onReset}>
          {common.reset}
        </button>
      </div>
    </form>
  );
}

/** A field of a form under its label. */
export const Field = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <label class="field">
    <span>{label}</span>
    {children}
  </label>
);

/** One of a few; the empty value is "all". */
export function Choice(props: {
  name: string;
  label: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  allowsAll?: boolean;
}) {
  const { common } = useTexts();
  return (
    <Field label={props.label}>
      <select name={props.name} defaultValue={props.value ?? ''} key={props.value}>
        {props.allowsAll === false ? null : <option value="">{common.all}</option>}
        {props.options.map(({ value, label }) => (
          <option key={value} value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
}
