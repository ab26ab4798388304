import type { Now, NowSeries } from '../../dashboard/now.ts';
import { useAnswer } from '../api.ts';
import { useFormat } from '../format.ts';
import { hashOf } from '../location.ts';
import { Answered } from '../parts/answered.tsx';
import { Card, Figure } from '../parts/card.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useTexts } from '../settings.tsx';
import type { ViewProps } from '../shell.tsx';
import { Charts } from './now/charts.tsx';
import { Exports } from './now/exports.tsx';
import { Lights } from './now/lights.tsx';
import { Queues } from './now/queues.tsx';
import { Subscriptions } from './now/subscriptions.tsx';

const everyMs = 10_000;
const periods = ['60', '180', '720', '1440'] as const;

/** How the stack is: what is wrong and what to do first, then the figures behind it. */
export function NowView({ place }: ViewProps) {
  const { now: texts } = useTexts();
  const wanted = place.filters.get('minutes');
  const minutes = periods.find((one) => one === wanted) ?? '60';
  const answer = useAnswer<Now>('now', {}, everyMs);
  const series = useAnswer<NowSeries>('now/series', { minutes }, everyMs);
  return (
    <>
      <Answered answer={answer}>
        {(now) => (
          <div class="stack">
            <Lights now={now} />
            <Figures figures={now.figures} />
          </div>
        )}
      </Answered>
      <Tabs
        label={texts.period}
        current={minutes}
        tabs={periods.map((one) => ({
          name: one,
          label: texts.periods[one],
          href: hashOf('now', { minutes: one }),
        }))}
      />
      <Answered answer={series}>{(data) => <Charts series={data} />}</Answered>
      {answer.data === undefined ? null : (
        <>
          <Queues queues={answer.data.queues} lights={answer.data.lights} />
          <div class="cards">
            <Subscriptions now={answer.data} />
            <Exports exports={answer.data.exports} />
          </div>
        </>
      )}
    </>
  );
}

function Figures({ figures }: { figures: Now['figures'] }) {
  const { figures: texts } = useTexts().now;
  const format = useFormat();
  return (
    <Card title={texts.title}>
      <dl class="figures">
        <Figure label={texts.rate} value={format.number(figures.messages_per_minute)} note={texts.rateNote} />
        <Figure label={texts.median} value={format.duration(figures.delay_median_seconds)} note={texts.delayNote} />
        <Figure label={texts.p99} value={format.duration(figures.delay_p99_seconds)} />
        <Figure label={texts.backlog} value={format.count(figures.backlog)} />
        <Figure label={texts.token} value={format.duration(figures.token_seconds_left)} />
      </dl>
    </Card>
  );
}
