import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A part of a view with a heading of its own; `aside` stands beside the heading. */
export function Card(props: { title: string; aside?: ComponentChildren; wide?: boolean; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class={props.wide === true ? 'card wide' : 'card'} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

/** A number that is looked at first, with what it is. */
export const Figure = (props: { label: string; value: ComponentChildren; note?: ComponentChildren }) => (
  <div class="figure">
    <dt>{props.label}</dt>
    <dd>
      <span class="value">{props.value}</span>
      {props.note === undefined ? null : <span class="note">{props.note}</span>}
    </dd>
  </div>
);
