import type { CoverageSummary, ExportEntry, ExportList, OpenedExport } from '../../../dashboard/data-exports.ts';
import { ask, useAnswer, usePages } from '../../api.ts';
import { nothing, useFormat } from '../../format.ts';
import { changeFilters, hashOf } from '../../location.ts';
import { useMessageTypeName } from '../../message-type-names.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Choice, Filters } from '../../parts/filters.tsx';
import { Icon } from '../../parts/icon.tsx';
import { More } from '../../parts/more.tsx';
import { Badge, Empty, Failed, Loading } from '../../parts/notice.tsx';
import { LongText, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { readableJson } from '../../readable-json.ts';
import { useTexts } from '../../settings.tsx';
import type { ViewProps } from '../../shell.tsx';

const sets = ['events', 'people', 'counts', 'heatmaps'] as const;
/** Links live for five minutes. */
const renewedMs = 240_000;

/** What a set is divided into, in words. */
function usePartName(): (part: string) => string {
  const { partNames } = useTexts().data.exports;
  const known: { readonly [part: string]: string | undefined } = partNames;
  const typeName = useMessageTypeName();
  return (part) => known[part] ?? typeName(part);
}

/** Exports of a set, the newest first; one opened with its manifest. */
export function Exports({ place }: ViewProps) {
  const { exports: texts } = useTexts().data;
  const partName = usePartName();
  const set = sets.find((one) => one === place.filters.get('set')) ?? 'events';
  const part = place.filters.get('part') ?? undefined;
  const period = place.filters.get('period') ?? undefined;
  const pages = usePages<ExportList>('data/exports', { set, part });
  const [first] = pages.pages;
  const exports = pages.pages.flatMap((page) => page.exports);
  const filters = { tab: 'exports', set, part };
  return (
    <>
      <Filters
        label={texts.set}
        onApply={({ set: newSet, part: newPart }) =>
          // A part belongs to its set.
          changeFilters({ set: newSet, part: newSet === set ? newPart : undefined, period: undefined })
        }
        onReset={() => changeFilters({ set: undefined, part: undefined, period: undefined })}
      >
        <Choice
          name="set"
          label={texts.set}
          value={set}
          allowsAll={false}
          options={sets.map((value) => ({ value, label: texts.sets[value] }))}
        />
        {first === undefined ? null : (
          <Choice
            name="part"
            label={texts.part}
            value={first.part}
            allowsAll={false}
            options={first.parts.map((value) => ({ value, label: partName(value) }))}
          />
        )}
      </Filters>
      <div class={period === undefined ? 'beside' : 'beside open'}>
        <Card title={first === undefined ? texts.sets[set] : `${texts.sets[set]} · ${partName(first.part)}`}>
          {pages.error === undefined ? null : <Failed error={pages.error} retry={pages.reload} />}
          {first === undefined && pages.isLoading ? <Loading /> : null}
          {first !== undefined && exports.length === 0 ? <Empty>{texts.empty}</Empty> : null}
          {first === undefined || exports.length === 0 ? null : (
            <ExportTable
              exports={exports}
              hrefOf={(entry) => hashOf('data', { ...filters, part: first.part, period: entry.period })}
              of={{ set, part: first.part }}
            />
          )}
          <More hasMore={pages.hasMore} isLoading={pages.isLoading} load={pages.loadMore} />
        </Card>
        {period === undefined ? null : (
          <Opened set={set} part={part} period={period} closeHref={hashOf('data', filters)} />
        )}
      </div>
    </>
  );
}

type Of = { set: string; part: string };

function ExportTable(props: { exports: readonly ExportEntry[]; hrefOf: (entry: ExportEntry) => string; of: Of }) {
  const { exports: texts } = useTexts().data;
  const format = useFormat();
  return (
    <Table
      caption={texts.period}
      rows={props.exports}
      keyOf={({ period }) => period}
      columns={[
        {
          title: texts.period,
          cell: (entry) => (
            <>
              <a class="nowrap" href={props.hrefOf(entry)}>
                {format.calendarDay(entry.period)}
              </a>{' '}
              {entry.state === 'whole' ? null : (
                <Badge tone={entry.state === 'unreadable' ? 'danger' : 'warning'}>{texts[entry.state]}</Badge>
              )}
            </>
          ),
        },
        { title: texts.files, cell: (entry) => <Files entry={entry} of={props.of} isShort /> },
        { title: texts.rows, isNumber: true, cell: ({ rows }) => format.count(rows) },
        { title: texts.size, isNumber: true, cell: ({ bytes }) => format.bytes(bytes) },
        {
          title: texts.coverage,
          cell: ({ coverage }) => (
            <div class="coverage">
              <Coverage coverage={coverage} />
            </div>
          ),
        },
        {
          title: texts.published,
          cell: ({ published_at, version }) => (
            <>
              {published_at === null ? nothing : format.dateTime(published_at)}{' '}
              {version === null ? null : <span class="note">v{version}</span>}
            </>
          ),
        },
      ]}
    />
  );
}

/** What an export has of what it is about; what is not known of it is left out. */
function Coverage({ coverage }: { coverage: CoverageSummary }) {
  const { covers } = useTexts().data.exports;
  const format = useFormat();
  const some = (value: number | null | undefined): value is number => typeof value === 'number' && value > 0;
  const { events, cameras, cameras_offline, cameras_excluded, pictures, statuses = {}, rows_erased } = coverage;
  const parts = [
    typeof events === 'number' ? covers.events(format.count(events)) : undefined,
    typeof cameras === 'number' ? covers.cameras(format.count(cameras)) : undefined,
    some(cameras_offline) ? covers.offline(format.count(cameras_offline)) : undefined,
    some(cameras_excluded) ? covers.excluded(format.count(cameras_excluded)) : undefined,
    pictures === undefined ? undefined : covers.pictures(format.count(pictures.stored), format.count(pictures.wanted)),
    some(pictures?.missing) ? covers.missing(format.count(pictures?.missing)) : undefined,
    ...Object.entries(statuses).map(([status, count]) => covers.status(format.count(count), status)),
    some(rows_erased) ? covers.erased(format.count(rows_erased)) : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? nothing : parts.join(' · ');
}

/** More parts than these are in the manifest that is opened. */
const filesInRow = 4;

function Files({ entry, of, isShort = false }: { entry: ExportEntry; of: Of; isShort?: boolean }) {
  const { exports: texts } = useTexts().data;
  const format = useFormat();
  const files = isShort ? entry.files.slice(0, filesInRow) : entry.files;
  return (
    <ul class={isShort ? 'files short' : 'files'}>
      {files.map(({ name, format: kind, bytes, link }) => (
        <li key={name}>
          <Download name={name} link={link} entry={entry} of={of}>
            {isShort ? kind : `${name} · ${format.bytes(bytes)}`}
          </Download>
        </li>
      ))}
      {isShort ? null : (
        <li>
          <Download name={texts.manifest} link={entry.manifest} entry={entry} of={of}>
            {texts.manifest} <span class="note">{texts.manifestNote}</span>
          </Download>
        </li>
      )}
    </ul>
  );
}

/** A link to a file, which is asked for anew where the one that is there has ended. */
function Download(props: {
  name: string;
  link: ExportEntry['manifest'];
  entry: ExportEntry;
  of: Of;
  children: preact.ComponentChildren;
}) {
  const { exports: texts } = useTexts().data;
  const renew = async (event: Event) => {
    if (Date.parse(props.link.expires_at) > Date.now()) return;
    event.preventDefault();
    const query = { ...props.of, period: props.entry.period };
    const { export: fresh } = await ask<OpenedExport>('data/export', query);
    const file = fresh.files.find(({ name }) => name === props.name);
    window.location.assign((file?.link ?? fresh.manifest).url);
  };
  return (
    <a
      class="download"
      href={props.link.url}
      aria-label={texts.download(props.name)}
      onClick={(event) => void renew(event)}
    >
      <Icon name="download" />
      {props.children}
    </a>
  );
}

function Opened(props: { set: string; part: string | undefined; period: string; closeHref: string }) {
  const { data: texts } = useTexts();
  const format = useFormat();
  const { set, part, period } = props;
  const answer = useAnswer<OpenedExport>('data/export', { set, part, period }, renewedMs);
  return (
    <Panel title={format.calendarDay(period)} closeHref={props.closeHref}>
      <Answered answer={answer}>
        {(opened) => (
          <div class="opened">
            <Coverage coverage={opened.export.coverage} />
            {opened.set === 'heatmaps' ? <p class="note">{texts.exports.noFiles}</p> : null}
            <Files entry={opened.export} of={{ set: opened.set, part: opened.part }} />
            <LongText label={texts.exports.manifest} text={readableJson(opened.manifest_text, opened.is_cut)} />
            {opened.is_cut ? <p class="note">{texts.cut}</p> : null}
          </div>
        )}
      </Answered>
    </Panel>
  );
}
