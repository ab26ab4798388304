import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hashOf, type Place, usePlace } from './location.ts';
import { Icon, type IconName } from './parts/icon.tsx';
import { Loading, Notice } from './parts/notice.tsx';
import { languageNames, type Theme, useSettings } from './settings.tsx';
import { signOut } from './sign-in.ts';
import type { Language } from './texts.ts';

export type ViewProps = { place: Place };

/** Each view comes when it is opened, so that the first is there at once. */
const views = {
  now: async () => (await import('./views/now.tsx')).NowView,
  events: async () => (await import('./views/events.tsx')).EventsView,
  people: async () => (await import('./views/people.tsx')).PeopleView,
  vehicles: async () => (await import('./views/vehicles.tsx')).VehiclesView,
  cameras: async () => (await import('./views/cameras.tsx')).CamerasView,
  data: async () => (await import('./views/data.tsx')).DataView,
} satisfies { readonly [view in IconName]?: () => Promise<ComponentType<ViewProps>> };
type ViewName = keyof typeof views;
const viewNames = Object.keys(views) as ViewName[];
const isView = (name: string): name is ViewName => Object.hasOwn(views, name);

/** The frame around all views: where one is, where one can go, and in which language and light. */
export function Shell({ isSignedIn }: { isSignedIn: boolean }) {
  const place = usePlace();
  const { texts, tenant } = useSettings();
  const { common } = texts;
  const main = useRef<HTMLElement>(null);
  const title = isView(place.view) ? common.views[place.view] : place.view;
  const skip = (event: Event) => {
    // The fragment of the address is the place that is looked at.
    event.preventDefault();
    main.current?.focus();
  };
  useEffect(() => {
    document.title = `${title} · ${tenant.stack === '' ? 'ivm-bridge' : tenant.stack}`;
  }, [title, tenant.stack]);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skip}>
        {common.skipToContent}
      </a>
      <header class="top">
        <a class="brand" href={hashOf('now')}>
          <Icon name="brand" />
          <span>ivm-bridge</span>
          <span class="stack-name">{tenant.stack}</span>
        </a>
        <Preferences />
      </header>
      <nav class="views" aria-label={common.mainNavigation}>
        {viewNames.map((name) => (
          <a key={name} href={hashOf(name)} aria-current={name === place.view ? 'page' : undefined}>
            <Icon name={name} />
            <span>{common.views[name]}</span>
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1} ref={main}>
        <h1>{title}</h1>
        {isSignedIn ? <OpenView place={place} /> : <Loading />}
      </main>
    </div>
  );
}

function OpenView({ place }: ViewProps) {
  const { common } = useSettings().texts;
  const [opened, setOpened] = useState<{ name: string; View: ComponentType<ViewProps> }>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    if (!isView(place.view)) return undefined;
    let isWanted = true;
    setFailed(false);
    views[place.view]().then(
      (View) => isWanted && setOpened({ name: place.view, View }),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [place.view]);
  if (!isView(place.view)) return <Notice tone="warning">{common.unknownView}</Notice>;
  if (hasFailed) return <Notice tone="danger">{common.problems.offline}</Notice>;
  if (opened?.name !== place.view) return <Loading />;
  return <opened.View place={place} />;
}

function Preferences() {
  const { language, setLanguage, theme, setTheme, texts } = useSettings();
  const { common } = texts;
  const leave = signOut();
  return (
    <div class="preferences">
      <label>
        <span class="visually-hidden">{common.language}</span>
        <select
          name="language"
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(languageNames).map(([code, name]) => (
            <option key={code} value={code} lang={code === 'zh' ? 'zh-CN' : 'en'}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="visually-hidden">{common.theme}</span>
        <select name="theme" value={theme} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
          {Object.entries(common.themes).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {leave === undefined ? null : (
        <button type="button" onClick={() => void leave()}>
          {common.signOut}
        </button>
      )}
    </div>
  );
}
