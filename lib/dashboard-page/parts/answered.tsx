import type { ComponentChildren } from 'preact';
import type { Answer } from '../api.ts';
import { Failed, Loading } from './notice.tsx';

/** Draws an answer of the API as soon as there is one, and says why where there is none. What stood before stays until then. */
export function Answered<T>({ answer, children }: { answer: Answer<T>; children: (data: T) => ComponentChildren }) {
  const { data, error, isLoading, reload } = answer;
  return (
    <div aria-busy={isLoading}>
      {error === undefined ? null : <Failed error={error} retry={reload} />}
      {data === undefined ? error === undefined && <Loading /> : children(data)}
    </div>
  );
}
