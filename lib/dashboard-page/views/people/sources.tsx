import type { PeopleSources } from '../../../dashboard/people.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card, Figure } from '../../parts/card.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useTexts } from '../../settings.tsx';
import { BucketChart } from './bucket-chart.tsx';
import { knownSum } from './comparison.ts';
import { Select } from './controls.tsx';
import { CsvButton } from './csv-button.tsx';
import { useLabels } from './labels.ts';
import { type PeopleFilters, sources } from './people-filters.ts';
import { stretchesOf } from './shown-counts.ts';
import { sourcesCsv } from './sources-csv.ts';

type Bucket = PeopleSources['buckets'][number];

/** The three sources of one footfall side by side. */
export function Sources({ filters }: { filters: PeopleFilters }) {
  const { people } = useTexts();
  const { period } = filters;
  const isYear = period.granularity === 'year';
  const answer = useAnswer<PeopleSources>(isYear ? undefined : 'people/sources', {
    granularity: period.granularity,
    period: period.start,
    cameras: filters.cameras.join(','),
  });
  if (isYear) return <Notice tone="warning">{people.sources.noYear}</Notice>;
  return (
    <>
      <div class="filters" role="group" aria-label={people.sources.source}>
        <Select
          name="source"
          label={people.sources.source}
          value={filters.source ?? ''}
          options={[
            { value: '', label: people.sources.all },
            ...sources.map((value) => ({ value, label: people.sources[value] })),
          ]}
        />
        <Direction filters={filters} />
      </div>
      <Answered answer={answer}>{(data) => <ShownSources data={data} filters={filters} />}</Answered>
    </>
  );
}

/** In or out. */
export function Direction({ filters }: { filters: PeopleFilters }) {
  const { people } = useTexts();
  return (
    <Select
      name="direction"
      label={people.sources.direction}
      value={filters.direction}
      options={(['in', 'out'] as const).map((value) => ({ value, label: people[value] }))}
    />
  );
}

function ShownSources({ data, filters }: { data: PeopleSources; filters: PeopleFilters }) {
  const { people: texts, common } = useTexts();
  const format = useFormat();
  const labels = useLabels();
  const { granularity, buckets, exports } = data;
  const { direction } = filters;
  const drawn = filters.source === undefined ? sources : [filters.source];
  const title = texts.chartTitle(texts.sources.title, labels.period({ granularity, start: data.period_start }));
  const markOf = (bucket: Bucket) => {
    if (!bucket.has_begun || drawn.some((source) => bucket[source][direction] !== null)) return undefined;
    return bucket.is_exported ? 'no-message' : 'no-row';
  };
  return (
    <Card
      title={title}
      wide
      aside={
        <CsvButton name={`people-sources-${granularity}-${data.period_start}.csv`} content={() => sourcesCsv(data)} />
      }
    >
      <p>{texts.sources.intro}</p>
      <p class="note">{texts.sources.moments}</p>
      {data.as_of === null ? null : <p class="note">{common.asOf(format.dateTime(data.as_of))}</p>}
      {exports.found === 0 ? <Notice tone="warning">{texts.nothingExported}</Notice> : null}
      {exports.found > 0 && exports.found < exports.wanted ? (
        <Notice tone="warning">{texts.someExported(exports.found, exports.wanted)}</Notice>
      ) : null}
      <SourceFigures data={data} direction={direction} />
      <BucketChart
        title={title}
        buckets={buckets}
        granularity={granularity}
        isByHour={false}
        series={drawn.map((source) => ({
          label: texts.of(texts[direction], texts.sources[source]),
          values: buckets.map((bucket) => bucket[source][direction]),
          kind: 'line',
        }))}
        gaps={stretchesOf(buckets, buckets.map(markOf)).map(({ from, to, mark }) => ({
          from,
          to,
          label: mark === 'no-row' ? texts.gap['no-row'] : texts.sources.noMessage,
        }))}
      />
      <DifferenceTable data={data} />
    </Card>
  );
}

function SourceFigures({ data, direction }: { data: PeopleSources; direction: 'in' | 'out' }) {
  const { people: texts } = useTexts();
  const format = useFormat();
  const { buckets, cameras_of } = data;
  const sum = (valueOf: (bucket: Bucket) => number | null) => knownSum(buckets.map(valueOf));
  return (
    <dl class="figures">
      <Figure
        label={texts.sources.statistics}
        value={format.count(sum((bucket) => bucket.statistics[direction]))}
        note={texts.camerasInSum(format.count(cameras_of.statistics))}
      />
      {(['line', 'alarm'] as const).map((source) => (
        <Figure
          key={source}
          label={texts.sources[source]}
          value={format.count(sum((bucket) => bucket[source][direction]))}
          note={texts.sources.ofCameras(
            format.count(cameras_of[source]),
            format.count(sum((bucket) => bucket[source].messages)),
          )}
        />
      ))}
      {(['line', 'alarm'] as const).map((source) => (
        <Figure
          key={`${source}-difference`}
          label={texts.sources[`${source}Minus`]}
          value={format.count(sum((bucket) => bucket[`${source}_minus_statistics`][direction]))}
          note={texts.sources.overHours(format.count(sum((bucket) => bucket[`${source}_minus_statistics`].hours)))}
        />
      ))}
    </dl>
  );
}

function DifferenceTable({ data: { buckets, granularity } }: { data: PeopleSources }) {
  const { people: texts } = useTexts();
  const format = useFormat();
  const labels = useLabels();
  const column = (
    title: string,
    name: 'statistics' | 'line' | 'alarm' | 'line_minus_statistics' | 'alarm_minus_statistics',
  ) => ({
    title,
    isNumber: true,
    cell: (bucket: Bucket) => `${format.count(bucket[name].in)} / ${format.count(bucket[name].out)}`,
  });
  return (
    <>
      <h3>{texts.sources.table}</h3>
      <p class="note">
        {texts.in} / {texts.out}
      </p>
      <Table
        caption={texts.sources.table}
        rows={buckets.filter(({ has_begun }) => has_begun)}
        keyOf={({ start }) => start}
        columns={[
          { title: texts.when, cell: (bucket) => labels.bucket(bucket, granularity, false) },
          column(texts.sources.statistics, 'statistics'),
          column(texts.sources.line, 'line'),
          column(texts.sources.alarm, 'alarm'),
          column(texts.sources.lineMinus, 'line_minus_statistics'),
          column(texts.sources.alarmMinus, 'alarm_minus_statistics'),
        ]}
      />
    </>
  );
}
