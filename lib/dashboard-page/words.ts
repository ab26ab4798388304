import { useEffect, useState } from 'preact/hooks';
import type { FieldWords } from './field-words.ts';
import { useSettings } from './settings.tsx';
import { words } from './texts/words.ts';
import type { Language } from './texts.ts';

/** They are many, and seldom wanted: they come when something asks for them. */
const load: { readonly [language in Language]: () => Promise<FieldWords> } = {
  en: async () => (await import('field-words:en')).words,
  zh: async () => (await import('field-words:zh')).words,
};

/** What the fields of messages mean, in the language that is chosen; `undefined` until that has come. */
export function useFieldWords(): FieldWords | undefined {
  const { language } = useSettings();
  const [loaded, setLoaded] = useState<{ language: Language; words: FieldWords }>();
  useEffect(() => {
    let isWanted = true;
    load[language]().then(
      (fieldWords) => isWanted && setLoaded({ language, words: fieldWords }),
      // Codes stand for themselves then.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [language]);
  return loaded?.language === language ? loaded.words : undefined;
}

/** Gives the word for a code of a kind, as for `message-type` or `vehicle-color`; the code itself where there is none. */
export function useWords(): (kind: string, code: string) => string {
  const { language } = useSettings();
  const fieldWords = useFieldWords();
  return (kind, code) => {
    const table = fieldWords?.tables[fieldWords.kinds[kind] ?? ''];
    return table?.[code] ?? words[language][`${kind}.${code}`] ?? code;
  };
}

/** The word for one code, see `useWords`. */
export const useWord = (kind: string, code: string): string => useWords()(kind, code);
