import { useMemo } from 'preact/hooks';
import type { Granularity } from '#lib/statistics/period.ts';
import { Chart, type ChartGap, type ChartSeries } from '../../parts/chart.tsx';
import { useLabels } from './labels.ts';

type Bucket = { start: string; end: string; date: string; hour: number };

/** Values of stretches of time: each is drawn over the middle of its own. */
export function BucketChart(props: {
  title: string;
  buckets: readonly Bucket[];
  granularity: Granularity;
  isByHour: boolean;
  series: readonly ChartSeries[];
  gaps: readonly ChartGap[];
}) {
  const { buckets, granularity, isByHour } = props;
  const labels = useLabels();
  const times = buckets.map(({ start, end }) => new Date((Date.parse(start) + Date.parse(end)) / 2));
  const shown = JSON.stringify(buckets.map(({ start }) => start));
  const timeText = useMemo(() => {
    const names = new Map(
      times.map((at, index) => {
        const bucket = buckets[index];
        return [at.getTime(), bucket === undefined ? '' : labels.bucket(bucket, granularity, isByHour)];
      }),
    );
    return (at: Date) => names.get(at.getTime()) ?? labels.axis[granularity](at);
    // The starts stand for the buckets, which are new objects at each drawing.
  }, [shown, granularity, isByHour, labels]);
  const [first, last] = [buckets[0], buckets.at(-1)];
  return (
    <Chart
      title={props.title}
      times={times}
      series={props.series}
      gaps={props.gaps}
      timeText={timeText}
      {...(first === undefined || last === undefined
        ? {}
        : { span: { from: new Date(first.start), to: new Date(last.end) } })}
    />
  );
}
