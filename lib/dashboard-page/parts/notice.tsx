import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.ts';
import { useTexts } from '../settings.tsx';
import { Icon } from './icon.tsx';

export type Tone = 'ok' | 'warning' | 'danger';

/** A sentence that wants attention. */
export const Notice = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <div class={`notice ${tone}`} role={tone === 'danger' ? 'alert' : 'status'}>
    <Icon name={tone} />
    <div>{children}</div>
  </div>
);

/** A state in a word, told by shape and text as well as by colour. */
export const Badge = ({ tone, children }: { tone: Tone | 'neutral'; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>
    {tone === 'neutral' ? null : <Icon name={tone} />}
    {children}
  </span>
);

export const Loading = () => (
  <p class="loading" role="status">
    {useTexts().common.loading}
  </p>
);

/** Says that there is nothing, which is not the same as not knowing. */
export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

/** Why something could not be loaded, and another try. */
export function Failed({ error, retry }: { error: ApiError; retry: () => void }) {
  const { problems, retry: again } = useTexts().common;
  const known: { readonly [code: string]: unknown } = problems;
  const text = known[error.code];
  return (
    <Notice tone="danger">
      <strong>{problems.title}</strong> {typeof text === 'string' ? text : problems.other(error.code)}{' '}
      {error.message === '' ? null : <span lang="en">{error.message}</span>}{' '}
      <button type="button" onClick={retry}>
        {again}
      </button>
    </Notice>
  );
}
