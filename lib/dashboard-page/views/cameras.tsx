import type { Camera, CameraState, Cameras } from '../../dashboard/cameras.ts';
import { usePages } from '../api.ts';
import { useFormat } from '../format.ts';
import { changeFilters, hashOf } from '../location.ts';
import { Choice, Field, Filters } from '../parts/filters.tsx';
import { More } from '../parts/more.tsx';
import { Empty, Failed, Loading } from '../parts/notice.tsx';
import { useTexts } from '../settings.tsx';
import type { ViewProps } from '../shell.tsx';
import { CameraPage } from './cameras/camera-page.tsx';
import { PackageBadge, StateBadge } from './cameras/state-badge.tsx';

/** The inventory of cameras, or one of them. */
export function CamerasView({ place }: ViewProps) {
  return place.open === undefined ? (
    <CameraList filters={place.filters} />
  ) : (
    <CameraPage key={place.open} id={place.open} filters={place.filters} />
  );
}

const states: readonly CameraState[] = ['online', 'offline', 'unknown', 'gone'];

function CameraList({ filters }: { filters: URLSearchParams }) {
  const { cameras: texts, common } = useTexts();
  const text = filters.get('text') ?? '';
  const state = filters.get('state') ?? '';
  const { pages, error, isLoading, hasMore, loadMore, reload } = usePages<Cameras>('cameras', { text, state });
  const counts = pages[0]?.counts;
  const cameras = pages.flatMap((page) => page.cameras);
  return (
    <>
      <Filters
        key={`${text} ${state}`}
        label={texts.filters}
        onApply={(values) => changeFilters(values)}
        onReset={() => changeFilters({ text: undefined, state: undefined })}
      >
        <Field label={texts.text}>
          <input type="search" name="text" defaultValue={text} maxLength={200} />
        </Field>
        <Choice
          name="state"
          label={texts.state}
          value={state}
          options={states.map((value) => ({ value, label: texts.states[value] }))}
        />
      </Filters>
      {counts === undefined ? null : <StateCounts counts={counts} text={text} state={state} />}
      <div class="card" aria-busy={isLoading}>
        {error === undefined ? null : <Failed error={error} retry={reload} />}
        {isLoading && cameras.length === 0 ? <Loading /> : null}
        {!isLoading && error === undefined && cameras.length === 0 ? (
          <Empty>{text === '' && state === '' ? texts.noneAtAll : texts.none}</Empty>
        ) : null}
        {cameras.length === 0 ? null : <CameraRows cameras={cameras} />}
        <More hasMore={hasMore} isLoading={isLoading} load={loadMore} />
      </div>
      <p class="visually-hidden" role="status">
        {isLoading ? common.loading : ''}
      </p>
    </>
  );
}

/** How many there are of each state; each number leads to them. */
function StateCounts({ counts, text, state }: { counts: Cameras['counts']; text: string; state: string }) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  const total = states.reduce((sum, one) => sum + (counts[one] ?? 0), 0);
  return (
    <nav class="state-counts" aria-label={texts.counts}>
      <a href={hashOf('cameras', { text })} aria-current={state === '' ? 'true' : undefined}>
        {texts.all(format.count(total))}
      </a>
      {states.map((one) => (
        <a key={one} href={hashOf('cameras', { text, state: one })} aria-current={state === one ? 'true' : undefined}>
          <StateBadge state={one}>{texts.ofState(texts.states[one], format.count(counts[one]))}</StateBadge>
        </a>
      ))}
    </nav>
  );
}

function CameraRows({ cameras }: { cameras: readonly Camera[] }) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  return (
    <ul class="camera-rows" aria-label={texts.list}>
      {cameras.map((camera) => (
        <li key={camera.id}>
          <div>
            <a class="camera-name" href={hashOf('cameras', {}, camera.id)}>
              {camera.name}
            </a>
            {camera.device_name === '' || camera.device_name === camera.name ? null : (
              <div class="note">{camera.device_name}</div>
            )}
            <div class="id">
              {camera.device_id} / {camera.channel_id}
            </div>
          </div>
          <div>
            <StateBadge state={camera.state} />
            {camera.since === null ? null : <div class="note">{texts.since(format.dateTime(camera.since))}</div>}
          </div>
          <div>
            <span class="note">{texts.package}</span> <PackageBadge camera={camera} />
          </div>
          <div class="note">{camera.protocol}</div>
        </li>
      ))}
    </ul>
  );
}
