import { type Period, periodAround } from '#lib/statistics/period.ts';
import type { People } from '../../../dashboard/people.ts';
import { useAnswer } from '../../api.ts';
import { useFormat } from '../../format.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';
import { csvOf } from './csv.ts';
import { CsvButton } from './csv-button.tsx';
import { useLabels } from './labels.ts';
import type { PeopleFilters } from './people-filters.ts';
import { sumLine } from './shown-counts.ts';
import { type HourCell, weekdayHours } from './weekday-hours.ts';

/** How many came at which hour of which weekday. */
export function WeekdayGrid({ filters, weekStart }: { filters: PeopleFilters; weekStart: number }) {
  const { people } = useTexts();
  const isYear = filters.period.granularity === 'year';
  const period: Period =
    filters.period.granularity === 'day' ? periodAround('week', filters.period.start, weekStart) : filters.period;
  const answer = useAnswer<People>(isYear ? undefined : 'people', {
    granularity: period.granularity,
    period: period.start,
    cameras: filters.cameras.join(','),
    buckets: 'hours',
  });
  if (isYear) return <Notice tone="warning">{people.heat.noYear}</Notice>;
  return (
    <Answered answer={answer}>
      {(data) => <ShownGrid data={data} direction={filters.direction} weekStart={weekStart} />}
    </Answered>
  );
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);

function ShownGrid({ data, direction, weekStart }: { data: People; direction: 'in' | 'out'; weekStart: number }) {
  const { people: texts } = useTexts();
  const labels = useLabels();
  const format = useFormat();
  const line = sumLine(data);
  const begun = data.buckets.flatMap(({ date, hour, has_begun }, index) =>
    // A sum that lacks too many cameras would make the hour look quiet.
    has_begun
      ? [{ date, hour, value: line.gaps[index] === undefined ? (line.buckets[index]?.[direction] ?? null) : null }]
      : [],
  );
  const rows = weekdayHours(begun, weekStart);
  const greatest = Math.max(0, ...rows.flatMap(({ cells }) => cells.map(({ mean }) => mean ?? 0)));
  const period = labels.period({ granularity: data.granularity, start: data.period_start });
  return (
    <Card
      title={`${texts.heat.time}: ${texts[direction]}`}
      wide
      aside={
        <CsvButton
          name={`people-weekdays-${direction}-${data.granularity}-${data.period_start}.csv`}
          content={() =>
            csvOf(
              ['weekday', 'hour', `mean_${direction}`, 'days_known', 'days_not_known'],
              rows.flatMap(({ weekday, cells }) =>
                cells.map(({ mean, days, unknownDays }, hour) => [weekday, hour, mean, days, unknownDays]),
              ),
            )
          }
        />
      }
    >
      <p class="note">{texts.heat.timeNote(period)}</p>
      {data.exports.found < data.exports.wanted ? (
        <p class="note">{texts.someExported(data.exports.found, data.exports.wanted)}</p>
      ) : null}
      <div class="scroll" tabIndex={0} role="region" aria-label={texts.heat.time}>
        <table class="heat-grid">
          <caption class="visually-hidden">{texts.heat.timeNote(period)}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.heat.hour}</th>
              {hours.map((hour) => (
                <th key={hour} scope="col">
                  {labels.hour(hour)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ weekday, cells }) => (
              <tr key={weekday}>
                <th scope="row">{labels.weekday(weekday)}</th>
                {cells.map((cell, hour) => (
                  <HeatCell key={hours[hour]} cell={cell} greatest={greatest} text={format.number} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function HeatCell(props: { cell: HourCell; greatest: number; text: (value: number | null) => string }) {
  const { mean, unknownDays } = props.cell;
  if (mean === null)
    return <td class={unknownDays > 0 ? 'unknown' : undefined}>{unknownDays > 0 ? props.text(null) : ''}</td>;
  return <td style={{ '--heat': props.greatest === 0 ? 0 : mean / props.greatest }}>{props.text(mean)}</td>;
}
