import { zonedDate } from '#lib/time/zoned-date.ts';
import type { People } from '../../../dashboard/people.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { changeFilters } from '../../location.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import type { ChartSeries } from '../../parts/chart.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useSettings, useTexts } from '../../settings.tsx';
import type { Texts } from '../../texts.ts';
import { BucketChart } from './bucket-chart.tsx';
import { CameraTotals } from './camera-totals.tsx';
import { comparedPeriod, comparisonsOf } from './comparison.ts';
import { Select, useCameraName } from './controls.tsx';
import { CountFigures } from './count-figures.tsx';
import { type CountModel, countModel, type Mark } from './count-model.ts';
import { countsCsv } from './counts-csv.ts';
import { CsvButton } from './csv-button.tsx';
import { unitOf, useLabels } from './labels.ts';
import { keepOpening } from './opening-setting.ts';
import { measures, type PeopleFilters, writeOpening } from './people-filters.ts';
import { type CountLine, type LineMeasure, stretchesOf } from './shown-counts.ts';

/** As many as there are colours. */
const mostDrawn = 6;

/** What was counted in a period, and what it is compared with. */
export function Counts({ filters, weekStart }: { filters: PeopleFilters; weekStart: number }) {
  const { people: texts } = useTexts();
  const { period, comparison } = filters;
  const isByHour = filters.measure === 'occupancy' && period.granularity !== 'day' && period.granularity !== 'year';
  const other = comparison === undefined ? undefined : comparedPeriod(period, comparison, weekStart);
  const common = { cameras: filters.cameras.join(','), buckets: isByHour ? 'hours' : undefined };
  const answer = useAnswer<People>('people', { granularity: period.granularity, period: period.start, ...common });
  const before = useAnswer<People>(other === undefined ? undefined : 'people', {
    granularity: other?.granularity,
    period: other?.start,
    ...common,
  });
  return (
    <>
      <CountControls filters={filters} />
      {filters.measure === 'occupancy' && period.granularity === 'year' ? (
        <Notice tone="warning">{texts.noOccupancyOfYear}</Notice>
      ) : (
        <Answered answer={answer}>
          {(data) => (
            <ShownCounts
              // What came for another question is not set beside this one.
              model={countModel(
                data,
                answer.isLoading || before.isLoading ? undefined : before.data,
                filters,
                isByHour,
              )}
              filters={filters}
            />
          )}
        </Answered>
      )}
    </>
  );
}

function CountControls({ filters }: { filters: PeopleFilters }) {
  const { people: texts } = useTexts();
  const labels = useLabels();
  const { granularity } = filters.period;
  const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${labels.hour(hour)}:00` }));
  const open = (change: Partial<PeopleFilters['opening']>) => {
    const opening = writeOpening({ ...filters.opening, ...change });
    keepOpening(opening);
    changeFilters({ open: opening });
  };
  const comparisonName = (name: ReturnType<typeof comparisonsOf>[number]): string => {
    const names = texts.comparisons[name];
    return typeof names === 'string' ? names : names[granularity];
  };
  return (
    <div class="filters" role="group" aria-label={texts.measure}>
      <Select
        name="measure"
        label={texts.measure}
        value={filters.measure}
        options={measures.map((value) => ({ value, label: texts.measures[value] }))}
      />
      <Select
        name="compare"
        label={texts.comparison}
        value={filters.comparison ?? ''}
        options={[
          { value: '', label: texts.noComparison },
          ...comparisonsOf(granularity).map((value) => ({ value, label: comparisonName(value) })),
        ]}
      />
      <Select
        name="layout"
        label={texts.layout}
        value={filters.layout}
        options={(['sum', 'side'] as const).map((value) => ({ value, label: texts.layouts[value] }))}
      />
      <Select
        name="from"
        label={texts.openFrom}
        value={String(filters.opening.from)}
        options={hours}
        onChoose={(hour) => open({ from: Number(hour) })}
      />
      <Select
        name="to"
        label={texts.openTo}
        value={String(filters.opening.to)}
        options={hours}
        onChoose={(hour) => open({ to: Number(hour) })}
      />
      <p class="note">{texts.openingNote}</p>
    </div>
  );
}

function ShownCounts({ model, filters }: { model: CountModel; filters: PeopleFilters }) {
  const { people: texts, common } = useTexts();
  const { tenant } = useSettings();
  const format = useFormat();
  const labels = useLabels();
  const nameOf = useCameraName();
  const { data, before, isSide, isByHour, lines } = model;
  const { granularity } = data;
  const hasHours = granularity === 'day' || isByHour;
  const periodName = labels.period({ granularity, start: data.period_start });
  const beforeName = before === undefined ? undefined : labels.period({ granularity, start: before.period_start });
  // Side by side there is room for one direction.
  const measure = isSide && filters.measure === 'flow' ? 'in' : filters.measure;
  const title = texts.chartTitle(texts.measures[measure], periodName);
  const isOccupancy = filters.measure === 'occupancy';
  return (
    <>
      <Caveats model={model} />
      {filters.layout === 'side' && !isSide ? <Notice tone="warning">{texts.chooseForSide}</Notice> : null}
      <Card
        title={title}
        wide
        aside={
          <CsvButton
            name={`people-${granularity}-${data.period_start}${isByHour ? '-hours' : ''}.csv`}
            content={() => countsCsv(model, nameOf, hasHours)}
          />
        }
      >
        {data.as_of === null ? null : <p class="note">{common.asOf(format.dateTime(data.as_of))}</p>}
        {isSide ? null : <CountFigures model={model} beforeName={beforeName} hasHours={hasHours} />}
        <BucketChart
          title={title}
          buckets={data.buckets}
          granularity={granularity}
          isByHour={isByHour}
          series={seriesOf(model, texts, { nameOf, beforeName })}
          gaps={stretchesOf(data.buckets, model.marks).map(({ from, to, mark }) => ({
            from,
            to,
            label: markText(mark, texts),
          }))}
        />
        {isSide && lines.length > mostDrawn ? <p class="note">{texts.tooManyForSide(mostDrawn)}</p> : null}
        {isOccupancy ? (
          <p class="note">
            {texts.computed} {texts.occupancyNeedsAll}
          </p>
        ) : null}
        {tenant.timeZone === tenant.statisticsTimeZone ? null : (
          <p class="note">{texts.zones(tenant.statisticsTimeZone)}</p>
        )}
      </Card>
      {data.cameras.length === 0 ? null : <CameraTotals data={data} />}
    </>
  );
}

type PeopleTexts = Texts['people'];

const markText = (mark: Mark, texts: PeopleTexts): string => {
  if (mark === 'unknown') return texts.unknownOccupancy;
  return mark === 'incomplete' ? texts.incompleteGap : texts.gap[mark];
};

function seriesOf(
  { lines, measures: shown, isSide, values, valuesBefore }: CountModel,
  texts: PeopleTexts,
  { nameOf, beforeName }: { nameOf: (id: string) => string; beforeName: string | undefined },
): ChartSeries[] {
  const drawn = lines.slice(0, mostDrawn).flatMap((line) => shown.map((measure) => ({ line, measure })));
  const nameOfLine = ({ line, measure }: { line: CountLine; measure: LineMeasure }) =>
    line.camera === undefined ? texts[measure] : texts.of(texts[measure], nameOf(line.camera));
  const kindOf = (measure: LineMeasure): ChartSeries['kind'] => {
    if (measure === 'occupancy') return isSide ? 'line' : 'area';
    return isSide || (measure === 'out' && shown.length > 1) ? 'line' : 'bars';
  };
  return [
    ...drawn.map((one) => ({
      label: nameOfLine(one),
      values: values(one.line, one.measure),
      kind: kindOf(one.measure),
    })),
    ...(beforeName === undefined ? [] : drawn).map((one) => ({
      label: texts.of(nameOfLine(one), beforeName ?? ''),
      values: valuesBefore(one.line, one.measure),
      kind: 'line' as const,
      isComparison: true,
    })),
  ];
}

/** What has to be known of the numbers before they are believed. */
function Caveats({ model: { data, isSide, isByHour } }: { model: CountModel }) {
  const { people: texts } = useTexts();
  const { tenant } = useSettings();
  const { buckets, camera_count, exports } = data;
  const lacking = buckets.filter(({ known, partial, missing }) => known > 0 && partial + missing > 0);
  const mostLacking = Math.max(0, ...lacking.map(({ partial, missing }) => partial + missing));
  const notCounting = Math.max(0, ...buckets.map(({ not_counting }) => not_counting));
  const today = zonedDate(new Date(), tenant.timeZone).date;
  const sentences = [
    exports.found === 0 ? texts.nothingExported : undefined,
    exports.found > 0 && exports.found < exports.wanted ? texts.someExported(exports.found, exports.wanted) : undefined,
    data.period_start <= today && today <= data.period_end ? texts.untilLastNight : undefined,
    lacking.length > 0 && !isSide
      ? texts.incomplete(lacking.length, texts.units[unitOf(data.granularity, isByHour)], mostLacking, camera_count)
      : undefined,
    notCounting > 0 ? texts.notCounting(notCounting) : undefined,
  ].filter((sentence) => sentence !== undefined);
  if (sentences.length === 0) return null;
  return (
    <Notice tone="warning">
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  );
}
