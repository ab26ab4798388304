import type { VehicleSummary, VehicleTally } from '../../../dashboard/vehicle-summary.ts';
import { useAnswer } from '../../api.ts';
import { todayIn } from '../../days.ts';
import { useFormat } from '../../format.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card, Figure } from '../../parts/card.tsx';
import { Empty, Notice } from '../../parts/notice.tsx';
import { Word } from '../../parts/word.tsx';
import { useSettings, useTexts } from '../../settings.tsx';
import { useWord } from '../../words.ts';
import { DayFilter } from './day-filter.tsx';

const mostBars = 12;

/** What vehicles were seen on a day: colours, types and brands. */
export function SummaryCard({ filters }: { filters: URLSearchParams }) {
  const { texts: all, tenant } = useSettings();
  const { vehicles: texts } = all;
  const today = todayIn(tenant.timeZone);
  const date = filters.get('date') ?? today;
  const answer = useAnswer<VehicleSummary>('vehicles/summary', { date });
  return (
    <>
      <DayFilter date={date} latest={today} label={texts.dayForm} />
      <Answered answer={answer}>
        {(summary) => (
          <div class="cards">
            <Sources summary={summary} />
            {summary.sightings === 0 ? null : (
              <>
                <Bars title={texts.colors} of="vehicle-color" tallies={summary.colors} hasSwatches />
                <Bars title={texts.types} of="vehicle-type" tallies={summary.types} />
                <Bars title={texts.brands} of="car-brand" tallies={summary.brands} />
              </>
            )}
          </div>
        )}
      </Answered>
    </>
  );
}

function Sources({ summary }: { summary: VehicleSummary }) {
  const { vehicles: texts } = useTexts();
  const format = useFormat();
  const isPartial = summary.sources.some((source) => source.is_partial);
  return (
    <Card title={`${texts.summary}, ${format.calendarDay(summary.date)}`} wide>
      {summary.sightings === 0 && !isPartial ? <Empty>{texts.noVehicles}</Empty> : null}
      <dl class="figures">
        <Figure label={texts.sightings} value={format.count(summary.sightings)} note={texts.sightingsNote} />
      </dl>
      {isPartial ? <Notice tone="warning">{texts.partial}</Notice> : null}
      <ul class="note">
        {summary.sources.map((source) => (
          <SourceLine key={source.message_type} source={source} />
        ))}
      </ul>
    </Card>
  );
}

function SourceLine({ source }: { source: VehicleSummary['sources'][number] }) {
  const { vehicles: texts } = useTexts();
  const format = useFormat();
  const type = useWord('message-type', source.message_type);
  const count = format.count(source.sightings);
  return (
    <li>
      {source.published_at === null
        ? texts.sourceStored(type, count)
        : texts.sourceExport(type, count, format.dateTime(source.published_at))}
    </li>
  );
}

const keyOf = ({ code, name }: VehicleTally): string => `${code ?? ''} ${name ?? ''}`;

/** Values by how often they were seen, the first of them as bars. */
function Bars(props: { title: string; of: string; tallies: readonly VehicleTally[]; hasSwatches?: boolean }) {
  const { vehicles: texts } = useTexts();
  const first = props.tallies.slice(0, mostBars);
  const others = props.tallies.slice(mostBars);
  const largest = Math.max(1, ...props.tallies.map(({ count }) => count));
  const total = Math.max(
    1,
    props.tallies.reduce((sum, { count }) => sum + count, 0),
  );
  const table = (tallies: readonly VehicleTally[]) => (
    <BarTable {...props} caption={props.title} tallies={tallies} largest={largest} total={total} />
  );
  return (
    <Card title={props.title}>
      {table(first)}
      {others.length === 0 ? null : (
        <details>
          <summary>{texts.allValues}</summary>
          {table(others)}
        </details>
      )}
    </Card>
  );
}

function BarTable(props: {
  caption: string;
  of: string;
  tallies: readonly VehicleTally[];
  largest: number;
  total: number;
  hasSwatches?: boolean;
}) {
  const { vehicles: texts } = useTexts();
  const format = useFormat();
  return (
    <table class="bars">
      <caption class="visually-hidden">{props.caption}</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{texts.value}</th>
          <th scope="col">{texts.count}</th>
          <th scope="col">{texts.share}</th>
        </tr>
      </thead>
      <tbody>
        {props.tallies.map((tally) => (
          <tr key={keyOf(tally)}>
            <th scope="row">
              {props.hasSwatches === true ? <span class={`swatch vehicle-color-${tally.code ?? 'unknown'}`} /> : null}
              <Value of={props.of} tally={tally} />
            </th>
            <td class="bar">
              <span class="bar-track">
                <span class="bar-fill" style={{ width: `${(100 * tally.count) / props.largest}%` }} />
              </span>
              <span>{format.count(tally.count)}</span>
            </td>
            <td class="number">{format.percent(tally.count / props.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ of, tally: { code, name } }: { of: string; tally: VehicleTally }) {
  const { vehicles: texts } = useTexts();
  if (code === null) return <>{name ?? texts.notTold}</>;
  return <CodeWord of={of} code={String(code)} name={name} />;
}

/** The word for a code, else what the camera calls it, else the code. */
function CodeWord({ of, code, name }: { of: string; code: string; name: string | null }) {
  const { vehicles: texts } = useTexts();
  const isKnown = useWord(of, code) !== code;
  return isKnown ? <Word of={of} code={code} /> : <>{name ?? texts.code(code)}</>;
}
