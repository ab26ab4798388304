import type { PlateSighting, PlateSightings } from '../../../dashboard/vehicles.ts';
import { usePages } from '../../api.ts';
import { useCameraNames } from '../../cameras.ts';
import { useFormat } from '../../format.ts';
import { changeFilters, hashOf } from '../../location.ts';
import { Choice, Field, Filters } from '../../parts/filters.tsx';
import { More } from '../../parts/more.tsx';
import { Empty, Failed, Loading, Notice } from '../../parts/notice.tsx';
import { StoredPicture } from '../../parts/stored-picture.tsx';
import { Word } from '../../parts/word.tsx';
import { pictureKindWord } from '../../picture-kind.ts';
import { useSettings, useTexts } from '../../settings.tsx';
import { words } from '../../texts/words.ts';

const matches = ['exact', 'prefix', 'fuzzy'] as const;
const filterNames = ['plate', 'match', 'from', 'to'] as const;

/** Where and when a number plate was seen. */
export function PlateSearch({ filters }: { filters: URLSearchParams }) {
  const { texts: all, tenant } = useSettings();
  const { vehicles: texts } = all;
  const query = Object.fromEntries(filterNames.map((name) => [name, filters.get(name) ?? undefined]));
  const { plate = '' } = query;
  const match = tenant.hasHashedPlates ? 'exact' : (query['match'] ?? 'exact');
  return (
    <>
      <Filters
        key={JSON.stringify(query)}
        label={texts.searchForm}
        onApply={(values) => changeFilters(values)}
        onReset={() => changeFilters(Object.fromEntries(filterNames.map((name) => [name, undefined])))}
      >
        <Field label={texts.plate}>
          <input type="search" name="plate" defaultValue={plate} maxLength={40} autoComplete="off" />
        </Field>
        {tenant.hasHashedPlates ? null : (
          <Choice
            name="match"
            label={texts.match}
            value={match}
            allowsAll={false}
            options={matches.map((value) => ({ value, label: texts.matches[value] }))}
          />
        )}
        <Field label={texts.from}>
          <input type="date" name="from" defaultValue={query['from'] ?? ''} />
        </Field>
        <Field label={texts.to}>
          <input type="date" name="to" defaultValue={query['to'] ?? ''} />
        </Field>
      </Filters>
      {tenant.hasHashedPlates ? <Notice tone="warning">{texts.hashedNote}</Notice> : null}
      {plate.trim() === '' ? <Empty>{texts.start}</Empty> : <Sightings query={{ ...query, match }} />}
    </>
  );
}

function Sightings({ query }: { query: { [name: string]: string | undefined } }) {
  const { vehicles: texts } = useTexts();
  const { pages, error, isLoading, hasMore, loadMore, reload } = usePages<PlateSightings>('vehicles/plates', query);
  const names = new Map(useCameraNames().map((camera) => [camera.id, camera.name]));
  const sightings = pages.flatMap((page) => page.sightings);
  const moreOf = pages.flatMap((page) => page.more_of);
  const plate = pages[0]?.plate;
  return (
    <section class="card" aria-label={texts.search} aria-busy={isLoading}>
      {error === undefined ? null : <Failed error={error} retry={reload} />}
      {plate === undefined ? null : (
        <p class="note">
          <span class="id">{texts.sought(plate)}</span>
        </p>
      )}
      {moreOf.length === 0 ? null : (
        <p class="note">
          {texts.moreOf}{' '}
          {moreOf.map((one) => (
            <span key={one}>
              <a href={hashOf('vehicles', { ...query, plate: one, match: 'exact' }, 'search')}>{one}</a>{' '}
            </span>
          ))}
        </p>
      )}
      {isLoading && sightings.length === 0 ? <Loading /> : null}
      {!isLoading && error === undefined && sightings.length === 0 ? (
        <Empty>{hasMore ? texts.notYet : texts.notSeen}</Empty>
      ) : null}
      <ul class="sightings">
        {sightings.map((sighting, index) => (
          <Sighting
            key={`${index} ${sighting.event}`}
            sighting={sighting}
            camera={names.get(sighting.camera) ?? `${sighting.device_id} / ${sighting.channel_id}`}
            renew={reload}
          />
        ))}
      </ul>
      <More hasMore={hasMore} isLoading={isLoading} load={loadMore} />
    </section>
  );
}

function Sighting({ sighting, camera, renew }: { sighting: PlateSighting; camera: string; renew: () => void }) {
  const { vehicles: texts } = useTexts();
  const format = useFormat();
  return (
    <li>
      <div class="close-ups">
        {sighting.pictures.length === 0 ? <p class="picture-gone note">{texts.noPicture}</p> : null}
        {sighting.pictures.map((picture) => (
          <CloseUp key={picture.kind} picture={picture} plate={sighting.plate} renew={renew} />
        ))}
      </div>
      <div>
        <strong class="plate">{sighting.plate}</strong>
        <div>{format.dateTime(sighting.at)}</div>
        <div class="note">
          <a href={hashOf('cameras', {}, sighting.camera)}>{camera}</a> ·{' '}
          <Word of="message-type" code={sighting.message_type} />
        </div>
        <a class="under-picture" href={hashOf('events', {}, sighting.event)}>
          {texts.openEvent}
        </a>
      </div>
    </li>
  );
}

function CloseUp(props: { picture: PlateSighting['pictures'][number]; plate: string; renew: () => void }) {
  const { vehicles: texts } = useTexts();
  const { kind, status, reason, link } = props.picture;
  const word = pictureKindWord(kind, words[useSettings().language]);
  if (link !== undefined)
    return <StoredPicture link={link} alt={texts.pictureOf(word, props.plate)} renew={props.renew} />;
  return (
    <p class="picture-gone note">
      {word}:{' '}
      {reason === null ? <Word of="picture-status" code={status} /> : <Word of="missing-reason" code={reason} />}
    </p>
  );
}
