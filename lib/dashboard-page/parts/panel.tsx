import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../settings.tsx';
import { Card } from './card.tsx';
import { Icon } from './icon.tsx';

/** What was opened of a list, beside it; on a narrow page below it. */
export function Panel(props: { title: string; closeHref: string; children: ComponentChildren }) {
  const { common } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.focus();
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [props.title]);
  return (
    <div class="panel" ref={place} tabIndex={-1}>
      <Card
        title={props.title}
        aside={
          <a class="close" href={props.closeHref}>
            <Icon name="close" /> {common.close}
          </a>
        }
      >
        {props.children}
      </Card>
    </div>
  );
}

/** Names and values, one under the other. */
export const Facts = ({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }) => (
  <dl class="facts">
    {facts.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** A long text of somebody else's, as it is: it scrolls by itself, also by keyboard. */
export const LongText = ({ label, text }: { label: string; text: string }) => (
  <pre class="long-text" tabIndex={0} role="region" aria-label={label}>
    {text}
  </pre>
);
