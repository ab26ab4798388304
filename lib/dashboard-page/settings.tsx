import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { Tenant } from '../dashboard/tenant.ts';
import { en } from './texts/en.ts';
import { zh } from './texts/zh.ts';
import type { Language, Texts } from './texts.ts';

export type Theme = 'auto' | 'light' | 'dark';
export const languageNames: { readonly [language in Language]: string } = { en: 'English', zh: '简体中文' };

type Settings = {
  language: Language;
  texts: Texts;
  theme: Theme;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
  tenant: Tenant;
};

const SettingsContext = createContext<Settings | undefined>(undefined);

const read = (name: string): string | null => {
  try {
    return window.localStorage.getItem(name);
  } catch {
    // Where storage is forbidden, a choice lasts as long as the page.
    return null;
  }
};
const keep = (name: string, value: string): void => {
  try {
    window.localStorage.setItem(name, value);
  } catch {}
};

function firstLanguage(): Language {
  const kept = read('language');
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function firstTheme(): Theme {
  const kept = read('theme');
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

/** What stands until the stack has told of itself. */
const unknownTenant: Tenant = {
  stack: '',
  stage: '',
  timeZone: 'Asia/Shanghai',
  statisticsTimeZone: 'Asia/Shanghai',
  weekStart: 1,
  hasHashedPlates: false,
};

/** Gives everything below it the language, the appearance, and what the stack is set to. */
export function SettingsProvider(props: { tenant: Tenant | undefined; children: ComponentChildren }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [theme, setTheme] = useState(firstTheme);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    keep('language', language);
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    keep('theme', theme);
  }, [theme]);
  const tenant = props.tenant ?? unknownTenant;
  const value = useMemo(
    () => ({ language, texts: language === 'zh' ? zh : en, theme, setLanguage, setTheme, tenant }),
    [language, theme, tenant],
  );
  return <SettingsContext.Provider value={value}>{props.children}</SettingsContext.Provider>;
}

export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (settings === undefined) throw new Error('nothing is drawn outside of SettingsProvider');
  return settings;
}

/** The page's texts in the language that is chosen. */
export const useTexts = (): Texts => useSettings().texts;
