import type { Light } from '../../../dashboard/now-lights.ts';
import type { QueueNow } from '../../../dashboard/now-queues.ts';
import { nothing, useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Card } from '../../parts/card.tsx';
import { Badge } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useTexts } from '../../settings.tsx';

/** What waits in each queue, for how long, and what could not be worked on. */
export function Queues({ queues, lights }: { queues: readonly QueueNow[]; lights: readonly Light[] }) {
  const { queues: texts } = useTexts().now;
  const format = useFormat();
  const stateOf = (name: string) => lights.find((light) => light.name === name)?.state;
  return (
    <Card title={texts.title}>
      <Table
        caption={texts.title}
        rows={queues}
        keyOf={({ name }) => name}
        columns={[
          { title: texts.name, cell: ({ name }) => name },
          { title: texts.visible, isNumber: true, cell: ({ visible }) => format.count(visible) },
          { title: texts.inFlight, isNumber: true, cell: ({ in_flight }) => format.count(in_flight) },
          { title: texts.delayed, isNumber: true, cell: ({ delayed }) => format.count(delayed) },
          {
            title: texts.age,
            isNumber: true,
            cell: ({ name, oldest_age_seconds }) => {
              const state = stateOf(`queue-late:${name}`);
              const age = format.duration(oldest_age_seconds);
              return state === 'danger' || state === 'warning' ? <Badge tone={state}>{age}</Badge> : age;
            },
          },
          {
            title: texts.lateAfter,
            isNumber: true,
            cell: ({ late_after_seconds }) => format.duration(late_after_seconds),
          },
          {
            title: texts.dead,
            isNumber: true,
            cell: ({ name, dead }) =>
              dead === null ? (
                nothing
              ) : (
                <a
                  href={hashOf('data', { tab: 'dead-letters', queue: name })}
                  aria-label={texts.show(format.count(dead), name)}
                >
                  {dead > 0 ? <Badge tone="danger">{format.count(dead)}</Badge> : format.count(dead)}
                </a>
              ),
          },
        ]}
      />
    </Card>
  );
}
