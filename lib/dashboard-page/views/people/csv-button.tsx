import { Icon } from '../../parts/icon.tsx';
import { useTexts } from '../../settings.tsx';
import { saveText } from './save-text.ts';

/** Saves what is shown as a file. */
export function CsvButton({ name, content }: { name: string; content: () => string }) {
  const { people } = useTexts();
  return (
    <button type="button" onClick={() => saveText(name, content(), 'text/csv;charset=utf-8')}>
      <Icon name="download" /> {people.downloadCsv}
    </button>
  );
}
