import type { CameraDetails } from '../../../dashboard/camera-details.ts';
import { useFormat } from '../../format.ts';
import { changeFilters } from '../../location.ts';
import { Card } from '../../parts/card.tsx';
import { Chart, type ChartGap } from '../../parts/chart.tsx';
import { Field, Filters } from '../../parts/filters.tsx';
import { Empty, Notice } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { Words } from '../../parts/word.tsx';
import { useTexts } from '../../settings.tsx';

type Range = { from: string | undefined; to: string | undefined };

/** What a camera's device told of its network, and when it was away. */
export function QualityCard({ details, range }: { details: CameraDetails; range: Range }) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  const { quality, offline, unknown } = details;
  const measured = quality.points.filter(({ delay, loss, qos }) => [delay, loss, qos].some((value) => value !== null));
  const shown = { points: measured, details };
  return (
    <Card title={texts.quality} wide>
      <Filters
        key={`${range.from} ${range.to}`}
        label={texts.range}
        onApply={(values) => changeFilters(values)}
        onReset={() => changeFilters({ from: undefined, to: undefined })}
      >
        <Field label={texts.from}>
          <input type="date" name="from" defaultValue={range.from ?? ''} />
        </Field>
        <Field label={texts.to}>
          <input type="date" name="to" defaultValue={range.to ?? ''} />
        </Field>
      </Filters>
      {quality.is_complete ? null : <Notice tone="warning">{texts.onlyNewest}</Notice>}
      {measured.length === 0 ? (
        <Empty>{texts.noQuality}</Empty>
      ) : (
        <div class="two-charts">
          <QualityChart title={texts.delayChart} series={[{ label: texts.delay, of: 'delay' }]} {...shown} />
          <QualityChart
            title={texts.lossChart}
            series={[
              { label: texts.loss, of: 'loss' },
              { label: texts.qos, of: 'qos' },
            ]}
            {...shown}
          />
        </div>
      )}
      <p class="note">{texts.unitNote}</p>
      <h3>{texts.absences}</h3>
      {unknown.map(({ to }) => (
        <p key={to} class="note">
          {texts.unknownUntil(format.dateTime(to))}
        </p>
      ))}
      {offline.length === 0 ? (
        <Empty>{texts.neverAway}</Empty>
      ) : (
        <div class="absences">
          <Table
            caption={texts.absences}
            rows={offline.toReversed()}
            keyOf={({ from }) => from}
            columns={[
              { title: texts.absenceFrom, cell: ({ from }) => format.dateTime(from) },
              { title: texts.absenceTo, cell: ({ to }) => (to === details.range.to ? '…' : format.dateTime(to)) },
              {
                title: texts.absenceLength,
                cell: ({ from, to }) => format.duration((Date.parse(to) - Date.parse(from)) / 1000),
              },
              {
                title: texts.reasons,
                cell: ({ reasons }) =>
                  reasons.length === 0 ? texts.noReason : <Words of="offline-reason" codes={reasons} />,
              },
            ]}
          />
        </div>
      )}
    </Card>
  );
}

type Point = CameraDetails['quality']['points'][number];

function QualityChart(props: {
  title: string;
  series: readonly { label: string; of: 'delay' | 'loss' | 'qos' }[];
  points: readonly Point[];
  details: CameraDetails;
}) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  const { range, offline, unknown } = props.details;
  const gap =
    (label: string) =>
    (stretch: { from: string; to: string }): ChartGap => ({
      from: new Date(stretch.from),
      to: new Date(stretch.to),
      label,
    });
  const absences = offline.map(gap(texts.offline));
  // A line must not lead over an absence, and the axis shows the whole range.
  const breaks = [range.from, range.to, ...offline.map(({ from }) => from)].map((at) => ({ at, point: undefined }));
  const steps = [...breaks, ...props.points.map((point) => ({ at: point.at, point }))].toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
  return (
    <Chart
      title={props.title}
      times={steps.map(({ at }) => new Date(at))}
      series={props.series.map(({ label, of }) => ({
        label,
        kind: 'line',
        values: steps.map(({ point }) => point?.[of] ?? null),
      }))}
      gaps={[...absences, ...unknown.map(gap(texts.unknown))]}
      timeText={(at) => (format.clock(at) === '00:00' ? format.dayMonth(at) : format.dayClock(at))}
    />
  );
}
