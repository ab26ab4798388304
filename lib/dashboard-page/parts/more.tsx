import { useTexts } from '../settings.tsx';

/** Under a list that has more than is shown. */
export function More({
  hasMore,
  isLoading,
  load,
}: {
  hasMore: boolean;
  isLoading: boolean;
  load: () => Promise<void>;
}) {
  const { common } = useTexts();
  if (!hasMore) return null;
  return (
    <p class="more">
      <button type="button" disabled={isLoading} onClick={() => void load()}>
        {isLoading ? common.loading : common.more}
      </button>
    </p>
  );
}
