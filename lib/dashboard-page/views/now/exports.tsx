import type { LastExports } from '../../../dashboard/now-exports.ts';
import { nothing, useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Card } from '../../parts/card.tsx';
import { Badge, Empty } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useTexts } from '../../settings.tsx';

/** `device_alarm` of `events/message_type=device_alarm/date=2026-01-14`. */
const partOf = (id: string): string => /=([^/]+)/.exec(id)?.[1] ?? id;

/** The exports of the last day that have to be there. */
export function Exports({ exports }: { exports: LastExports | null }) {
  const { exports: texts } = useTexts().now;
  const format = useFormat();
  const title = texts.title(exports === null ? nothing : format.calendarDay(exports.date));
  const names: { readonly [set: string]: string | undefined } = texts.sets;
  return (
    <Card title={title}>
      {exports === null ? (
        <Empty>{texts.unknown}</Empty>
      ) : (
        <Table
          caption={title}
          rows={exports.sets}
          keyOf={({ set }) => set}
          columns={[
            { title: texts.set, cell: ({ set }) => <a href={hashOf('data', { set })}>{names[set] ?? set}</a> },
            {
              title: texts.there,
              cell: ({ there, expected, late, is_first_night }) => {
                if (is_first_night) return <Badge tone="neutral">{texts.firstNight}</Badge>;
                return (
                  <>
                    <Badge tone={late.length === 0 ? 'ok' : 'danger'}>
                      {texts.of(format.count(there), format.count(expected))}
                    </Badge>{' '}
                    {late.length === 0 ? null : <span class="note">{texts.late(late.map(partOf).join(', '))}</span>}
                  </>
                );
              },
            },
            { title: texts.rows, isNumber: true, cell: ({ rows }) => format.count(rows) },
            {
              title: texts.published,
              cell: ({ published_at }) => (published_at === null ? nothing : format.dateTime(published_at)),
            },
          ]}
        />
      )}
    </Card>
  );
}
