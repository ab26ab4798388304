import { hashOf } from '../location.ts';
import { Tabs } from '../parts/tabs.tsx';
import { useTexts } from '../settings.tsx';
import type { ViewProps } from '../shell.tsx';
import { DeadLetters } from './data/dead-letters.tsx';
import { Erasures } from './data/erasures.tsx';
import { Exports } from './data/exports.tsx';
import { Quarantine } from './data/quarantine.tsx';

const tabs = { exports: Exports, quarantine: Quarantine, 'dead-letters': DeadLetters, erasures: Erasures } as const;
type Tab = keyof typeof tabs;
const isTab = (name: string): name is Tab => Object.hasOwn(tabs, name);

/** What lies in the stores: exports, and what could not take its way. */
export function DataView({ place }: ViewProps) {
  const { data: texts } = useTexts();
  const wanted = place.filters.get('tab') ?? 'exports';
  const current: Tab = isTab(wanted) ? wanted : 'exports';
  const Current = tabs[current];
  return (
    <>
      <Tabs
        label={texts.parts}
        current={current}
        tabs={(Object.keys(tabs) as Tab[]).map((name) => ({
          name,
          label: texts.tabs[name],
          href: hashOf('data', { tab: name }),
        }))}
      />
      <Current place={place} />
    </>
  );
}
