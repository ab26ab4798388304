import type { NowSeries } from '../../../dashboard/now.ts';
import { useFormat } from '../../format.ts';
import { useMessageTypeName } from '../../message-type-names.ts';
import { Card } from '../../parts/card.tsx';
import { Chart, type ChartGap } from '../../parts/chart.tsx';
import { Empty } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';

/** What came, and how long it took, over the last while. */
export function Charts({ series }: { series: NowSeries }) {
  const { now: texts } = useTexts();
  const format = useFormat();
  const times = series.times.map((at) => new Date(at));
  const hasDelay = series.delay_median_seconds.some((value) => value !== null);
  return (
    <div class="cards">
      <Card title={texts.messages.title}>
        <Messages series={series} times={times} />
      </Card>
      <Card title={texts.delay.title}>
        {hasDelay ? (
          <Chart
            title={texts.delay.title}
            times={times}
            unit={texts.delay.unit}
            timeText={format.clock}
            series={[
              { label: texts.delay.median, values: series.delay_median_seconds, kind: 'line' },
              { label: texts.delay.p99, values: series.delay_p99_seconds, kind: 'line' },
            ]}
          />
        ) : (
          <Empty>{texts.delay.none}</Empty>
        )}
      </Card>
    </div>
  );
}

function Messages({ series, times }: { series: NowSeries; times: readonly Date[] }) {
  const { messages: texts } = useTexts().now;
  const format = useFormat();
  const nameOf = useMessageTypeName();
  if (series.messages.length === 0) return <Empty>{series.is_known ? texts.none : texts.unknown}</Empty>;
  return (
    <Chart
      title={texts.title}
      times={times}
      timeText={format.clock}
      gaps={gapsOf(series, times, texts.gap)}
      series={series.messages.map(({ message_type, per_minute }) => ({
        label: nameOf(message_type),
        values: per_minute,
        kind: 'line' as const,
      }))}
    />
  );
}

/** Stretches of which nothing is known, for no type: where the stack was silent, it was so altogether. */
function gapsOf({ messages, period_seconds }: NowSeries, times: readonly Date[], label: string): ChartGap[] {
  const gaps: ChartGap[] = [];
  for (const [index, from] of times.entries()) {
    if (messages.some(({ per_minute }) => per_minute[index] !== null)) continue;
    const to = new Date(from.getTime() + period_seconds * 1000);
    const last = gaps.at(-1);
    if (last?.to.getTime() === from.getTime()) last.to = to;
    else gaps.push({ from, to, label });
  }
  return gaps;
}
