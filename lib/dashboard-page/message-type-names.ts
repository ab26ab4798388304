import { useSettings } from './settings.tsx';
import { words } from './texts/words.ts';

/** What message types are called; one that is not known is called by its code. These few come with the page. */
export function useMessageTypeName(): (type: string) => string {
  const { language } = useSettings();
  return (type) => words[language][`message-type.${type}`] ?? type;
}
