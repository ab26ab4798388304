import type { ErasureList, ErasureRecord } from '../../../dashboard/data-erasures.ts';
import { usePages } from '../../api.ts';
import { nothing, useFormat } from '../../format.ts';
import { hashOf } from '../../location.ts';
import { Card } from '../../parts/card.tsx';
import { More } from '../../parts/more.tsx';
import { Empty, Failed, Loading, Notice } from '../../parts/notice.tsx';
import { Facts, Panel } from '../../parts/panel.tsx';
import { Table } from '../../parts/table.tsx';
import { useTexts } from '../../settings.tsx';
import type { ViewProps } from '../../shell.tsx';

const filters = { tab: 'erasures' };

/** What an erasure went by, in words. */
function useBy(): (record: ErasureRecord) => string {
  const { erasures: texts } = useTexts().data;
  return ({ is_readable, by }) => {
    if (!is_readable) return texts.unreadable;
    return by.length === 0 ? texts.everything : by.map((mark) => texts.marks[mark]).join(' + ');
  };
}

const sumOf = (counts: { readonly [name: string]: number }): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Records of what was erased. */
export function Erasures({ place }: ViewProps) {
  const { erasures: texts } = useTexts().data;
  const { tabs } = useTexts().data;
  const format = useFormat();
  const byOf = useBy();
  const pages = usePages<ErasureList>('data/erasures');
  const erasures = pages.pages.flatMap((page) => page.erasures);
  const opened = erasures.find(({ id }) => id === place.filters.get('record'));
  return (
    <div class={opened === undefined ? 'beside' : 'beside open'}>
      <Card title={tabs.erasures}>
        <p class="note">{texts.meaning}</p>
        {pages.error === undefined ? null : <Failed error={pages.error} retry={pages.reload} />}
        {pages.pages.length === 0 && pages.isLoading ? <Loading /> : null}
        {pages.pages.length > 0 && erasures.length === 0 ? <Empty>{texts.empty}</Empty> : null}
        {erasures.length === 0 ? null : (
          <Table
            caption={tabs.erasures}
            rows={erasures}
            keyOf={({ id }) => id}
            columns={[
              {
                title: texts.started,
                cell: ({ id, started_at }) => (
                  <a href={hashOf('data', { ...filters, record: id })}>{format.dateTime(started_at)}</a>
                ),
              },
              { title: texts.by, cell: byOf },
              { title: texts.events, isNumber: true, cell: ({ events }) => format.count(events) },
              { title: texts.rows, isNumber: true, cell: ({ export_rows }) => format.count(export_rows) },
              {
                title: texts.objects,
                isNumber: true,
                cell: ({ is_readable, objects }) => format.count(is_readable ? sumOf(objects) : null),
              },
            ]}
          />
        )}
        <More hasMore={pages.hasMore} isLoading={pages.isLoading} load={pages.loadMore} />
      </Card>
      {opened === undefined ? null : <Opened record={opened} />}
    </div>
  );
}

function Opened({ record }: { record: ErasureRecord }) {
  const { erasures: texts } = useTexts().data;
  const format = useFormat();
  const byOf = useBy();
  const time = (at: string | null) => (at === null ? nothing : format.dateTime(at));
  return (
    <Panel title={format.dateTime(record.started_at)} closeHref={hashOf('data', filters)}>
      {record.exports_busy.length === 0 ? null : (
        <Notice tone="warning">
          {texts.busy} <span class="id">{record.exports_busy.join(', ')}</span>
        </Notice>
      )}
      <Facts
        facts={[
          [texts.by, byOf(record)],
          [texts.before, time(record.before)],
          [texts.finished, time(record.finished_at)],
          [texts.recoverable, time(record.recoverable_until)],
          [texts.events, format.count(record.events)],
          [texts.items, format.count(record.items)],
          [texts.rawLines, format.count(record.raw_lines)],
          [texts.rewritten, format.count(record.exports_rewritten)],
          [texts.rows, format.count(record.export_rows)],
          [texts.removed, format.count(record.exports_removed)],
          [texts.deadLetters, format.count(record.dead_letters)],
          [texts.state, format.count(record.state)],
          ...Object.entries(record.objects).map(([folder, count]) => [`${folder}/`, format.count(count)] as const),
        ]}
      />
    </Panel>
  );
}
