import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../settings.tsx';

const shownMs = 2_500;

/** Copies a text; where the browser does not allow that, shows it so that it can be copied by hand. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const { common } = useTexts();
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state !== 'copied') return undefined;
    const timer = setTimeout(() => setState('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()}>
        {label}
      </button>
      <span role="status">{state === 'copied' ? common.copied : ''}</span>
      {state === 'refused' ? (
        <input readOnly aria-label={label} value={text()} onFocus={(event) => event.currentTarget.select()} />
      ) : null}
    </span>
  );
}
