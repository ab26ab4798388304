import type { VehicleTraffic } from '../../../dashboard/vehicle-traffic.ts';
import { useAnswer } from '../../api.ts';
import { useCameraNames } from '../../cameras.ts';
import { daysAfter, todayIn } from '../../days.ts';
import { useFormat } from '../../format.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { Chart, type ChartGap } from '../../parts/chart.tsx';
import { Choice } from '../../parts/filters.tsx';
import { Empty } from '../../parts/notice.tsx';
import { useSettings, useTexts } from '../../settings.tsx';
import { DayFilter } from './day-filter.tsx';

const hourMs = 3_600_000;

const measureNames = [
  'vehicles_mean',
  'vehicles_max',
  'speed_mean',
  'queue_length_max',
  'space_ratio_mean',
  'time_ratio_mean',
  'large_max',
  'medium_max',
  'small_max',
] as const;
type Measure = (typeof measureNames)[number];

type Lane = VehicleTraffic['lanes'][number];
const laneKey = ({ lane, cycle }: Lane): string => `${lane ?? ''}-${cycle ?? ''}`;

/** How much traffic a camera told of, hour by hour and lane by lane. */
export function TrafficCard({ filters }: { filters: URLSearchParams }) {
  const { texts: all, tenant } = useSettings();
  const { vehicles: texts } = all;
  const today = todayIn(tenant.timeZone);
  const date = filters.get('date') ?? daysAfter(today, -1);
  const camera = filters.get('camera') ?? undefined;
  const measure = measureNames.find((name) => name === filters.get('measure')) ?? 'vehicles_mean';
  const answer = useAnswer<VehicleTraffic>('vehicles/traffic', { date, camera });
  const names = new Map(useCameraNames().map(({ id, name }) => [id, name]));
  const laneName = useLaneName(answer.data?.lanes ?? []);
  const cameras = [...new Set([...(answer.data?.cameras ?? []), ...(camera === undefined ? [] : [camera])])];
  const lane = filters.get('lane') ?? '';
  return (
    <>
      <DayFilter date={date} latest={today} label={texts.trafficForm}>
        <Choice
          name="camera"
          label={texts.camera}
          value={camera ?? answer.data?.camera ?? undefined}
          allowsAll={false}
          options={cameras.map((id) => ({ value: id, label: names.get(id) ?? id }))}
        />
        <Choice
          name="measure"
          label={texts.measure}
          value={measure}
          allowsAll={false}
          options={measureNames.map((name) => ({ value: name, label: texts.measures[name] }))}
        />
        <Choice
          name="lane"
          label={texts.lane}
          value={lane}
          options={(answer.data?.lanes ?? []).map((one) => ({ value: laneKey(one), label: laneName(one) }))}
        />
      </DayFilter>
      <Answered answer={answer}>
        {(traffic) => (
          <Traffic
            traffic={traffic}
            name={traffic.camera === null ? '' : (names.get(traffic.camera) ?? '')}
            lanes={traffic.lanes.filter((one) => lane === '' || laneKey(one) === lane)}
            laneName={laneName}
            measure={measure}
          />
        )}
      </Answered>
    </>
  );
}

/** Cycles are named where a lane has several. */
function useLaneName(lanes: readonly Lane[]): (lane: Lane) => string {
  const { vehicles: texts } = useTexts();
  const hasCycles = new Set(lanes.map(({ cycle }) => cycle)).size > 1;
  return ({ lane, cycle }) => {
    const name = lane === null ? texts.noLane : String(lane);
    return hasCycles ? texts.laneCycle(name, cycle === null ? '–' : String(cycle)) : texts.laneName(name);
  };
}

function Traffic(props: {
  traffic: VehicleTraffic;
  name: string;
  lanes: readonly Lane[];
  laneName: (lane: Lane) => string;
  measure: Measure;
}) {
  const { vehicles: texts } = useTexts();
  const format = useFormat();
  const { traffic, lanes, measure } = props;
  const title = `${texts.measures[measure]}, ${format.calendarDay(traffic.date)}`;
  const times = traffic.hours.map((hour) => new Date(hour));
  const valuesOf = (lane: Lane) => lane.measures[measure] ?? times.map(() => null);
  const gaps = times.flatMap((from, index): ChartGap[] =>
    lanes.every((lane) => valuesOf(lane)[index] === null)
      ? [{ from, to: new Date(from.getTime() + hourMs), label: texts.nothingTold }]
      : [],
  );
  return (
    <Card title={props.name === '' ? texts.traffic : props.name} wide>
      {lanes.length === 0 ? (
        <Empty>{whyNone(traffic, texts)}</Empty>
      ) : (
        <>
          <Chart
            title={title}
            times={times}
            series={lanes.map((lane) => ({ label: props.laneName(lane), values: valuesOf(lane), kind: 'line' }))}
            gaps={gaps}
            timeText={format.clock}
          />
          <p class="note">{title}</p>
          <p class="note">{texts.trafficNote}</p>
        </>
      )}
    </Card>
  );
}

function whyNone(
  { published_at: publishedAt, cameras }: VehicleTraffic,
  texts: { notExported: string; noTraffic: string; noTrafficOfCamera: string },
): string {
  if (publishedAt === null) return texts.notExported;
  return cameras.length === 0 ? texts.noTraffic : texts.noTrafficOfCamera;
}
