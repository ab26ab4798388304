import type { SnapshotDay, SnapshotMonth } from '../../../dashboard/camera-snapshots.ts';
import { useAnswer, usePages } from '../../api.ts';
import { monthsAfter, todayIn } from '../../days.ts';
import { useFormat } from '../../format.ts';
import { changeFilters, hashOf } from '../../location.ts';
import { Answered } from '../../parts/answered.tsx';
import { Card } from '../../parts/card.tsx';
import { DayGrid } from '../../parts/day-grid.tsx';
import { Icon } from '../../parts/icon.tsx';
import { More } from '../../parts/more.tsx';
import { Badge, Empty, Failed, Loading } from '../../parts/notice.tsx';
import { StoredPicture } from '../../parts/stored-picture.tsx';
import { Word } from '../../parts/word.tsx';
import { useSettings, useTexts } from '../../settings.tsx';

/** A month of snapshots, and the pictures of a day of it. */
export function SnapshotsCard({ id, name, filters }: { id: string; name: string; filters: URLSearchParams }) {
  const { texts: all, tenant } = useSettings();
  const { cameras: texts } = all;
  const format = useFormat();
  const today = todayIn(tenant.timeZone);
  const month = filters.get('month') ?? today.slice(0, 7);
  const day = filters.get('day') ?? undefined;
  const answer = useAnswer<SnapshotMonth>(`cameras/${id}/snapshots`, { month });
  const go = (months: number) => changeFilters({ month: monthsAfter(month, months), day: undefined });
  return (
    <Card title={texts.snapshots} wide>
      <div class="months">
        <button type="button" onClick={() => go(-1)}>
          <Icon name="left" />
          <span class="visually-hidden">{texts.monthBefore}</span>
        </button>
        <h3 aria-live="polite">{format.calendarMonth(month)}</h3>
        <button type="button" disabled={month >= today.slice(0, 7)} onClick={() => go(1)}>
          <Icon name="right" />
          <span class="visually-hidden">{texts.monthAfter}</span>
        </button>
      </div>
      <div class="snapshots">
        <Answered answer={answer}>
          {(shown) => (
            <DayGrid
              label={`${texts.snapshots}, ${format.calendarMonth(shown.month)}`}
              weeksAs="rows"
              chosen={day}
              onChoose={(date) => changeFilters({ day: date })}
              days={shown.days.map(({ date, stored, given_up: givenUp, is_complete: isComplete }) => ({
                date,
                tone: stored > 0 ? 'has-snapshots' : 'has-none',
                text:
                  texts.snapshotDay(
                    format.calendarDay(date),
                    format.count(stored),
                    givenUp === 0 ? '' : format.count(givenUp),
                  ) + (isComplete ? '' : texts.snapshotDayPartial),
                content: (
                  <>
                    <span class="date">{Number(date.slice(8))}</span>
                    {stored === 0 ? null : <strong>{format.count(stored)}</strong>}
                    {givenUp === 0 ? null : <span class="given-up">−{format.count(givenUp)}</span>}
                  </>
                ),
              }))}
            />
          )}
        </Answered>
        {day === undefined ? (
          <Empty>{texts.chooseDay}</Empty>
        ) : (
          <SnapshotsOfDay id={id} name={name} day={day} of={answer.data?.days.find(({ date }) => date === day)} />
        )}
      </div>
    </Card>
  );
}

function SnapshotsOfDay(props: {
  id: string;
  name: string;
  day: string;
  of: SnapshotMonth['days'][number] | undefined;
}) {
  const { cameras: texts } = useTexts();
  const format = useFormat();
  const { pages, error, isLoading, hasMore, loadMore, reload } = usePages<SnapshotDay>(
    `cameras/${props.id}/snapshots/${props.day}`,
  );
  const snapshots = pages.flatMap((page) => page.snapshots);
  const reasons = Object.entries(props.of?.reasons ?? {});
  return (
    <div class="snapshots-of-day" aria-busy={isLoading}>
      <h3>{texts.snapshotsOf(format.calendarDay(props.day))}</h3>
      {error === undefined ? null : <Failed error={error} retry={reload} />}
      {reasons.length === 0 ? null : (
        <p class="note">
          {texts.givenUp(format.count(props.of?.given_up))}{' '}
          {reasons.map(([reason, count], index) => (
            <span key={reason}>
              {index === 0 ? null : ', '}
              <Word of="snapshot-reason" code={reason} /> ({format.count(count)})
            </span>
          ))}
        </p>
      )}
      {isLoading && snapshots.length === 0 ? <Loading /> : null}
      {!isLoading && error === undefined && snapshots.length === 0 ? <Empty>{texts.noSnapshots}</Empty> : null}
      <ul class="thumbnails">
        {snapshots.map(({ event, at, link, reason }) => (
          <li key={event}>
            {link === undefined ? (
              <p class="picture-gone">
                <Badge tone="warning">{texts.noSnapshot}</Badge>
                <span class="note">{reason === null ? null : <Word of="snapshot-reason" code={reason} />}</span>
              </p>
            ) : (
              <StoredPicture link={link} alt={texts.pictureOf(props.name, format.dateTime(at))} renew={reload} />
            )}
            <a class="under-picture" href={hashOf('events', {}, event)}>
              {format.clockSeconds(at)}
            </a>
          </li>
        ))}
      </ul>
      <More hasMore={hasMore} isLoading={isLoading} load={loadMore} />
    </div>
  );
}
