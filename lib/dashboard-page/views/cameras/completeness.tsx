import { useEffect, useState } from 'preact/hooks';
import type { Completeness, CompletenessDay } from '../../../dashboard/camera-completeness.ts';
import { ApiError, ask } from '../../api.ts';
import { daysAfter, todayIn } from '../../days.ts';
import { useFormat } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { DayGrid } from '../../parts/day-grid.tsx';
import { Failed } from '../../parts/notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useSettings } from '../../settings.tsx';

const weeksShown = 13;

type Tone = 'complete' | 'most' | 'some' | 'few' | 'quiet' | 'offline' | 'unknown';
const tones: readonly Tone[] = ['complete', 'most', 'some', 'few', 'quiet', 'offline', 'unknown'];

/** How the completeness of a day is drawn; what is not known is never drawn as missing. */
function toneOf(day: CompletenessDay): Tone {
  if (day.events === null || day.pictures === null) return 'unknown';
  if (day.is_offline && day.events === 0) return 'offline';
  const { wanted, stored } = day.pictures;
  if (wanted === 0) return day.events === 0 ? 'quiet' : 'complete';
  const share = stored / wanted;
  if (share === 1) return 'complete';
  if (share >= 0.95) return 'most';
  return share >= 0.8 ? 'some' : 'few';
}

type Loaded = { days: readonly CompletenessDay[]; types: number; error: ApiError | undefined; isLoading: boolean };

/** Asks week by week, the newest first: one answer for all would take as long as a page may. */
function useWeeks(id: string, today: string): Loaded & { retry: () => void } {
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<Loaded>({ days: [], types: 0, error: undefined, isLoading: true });
  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      for (let week = 0; week < weeksShown; week += 1) {
        const to = daysAfter(today, -7 * week);
        const query = { from: daysAfter(to, -6), to };
        const { days, types } = await ask<Completeness>(`cameras/${id}/completeness`, query, abort.signal);
        const isLoading = week + 1 < weeksShown;
        setLoaded((before) => ({ days: [...days, ...before.days], types, error: undefined, isLoading }));
      }
    };
    setLoaded({ days: [], types: 0, error: undefined, isLoading: true });
    load().catch((error: unknown) => {
      if (abort.signal.aborted) return;
      const told = error instanceof ApiError ? error : new ApiError(0, 'failed', String(error));
      setLoaded((before) => ({ ...before, error: told, isLoading: false }));
    });
    return () => abort.abort();
  }, [id, today, round]);
  return { ...loaded, retry: () => setRound((one) => one + 1) };
}

/** A calendar of how much of what a camera announced has come. */
export function CompletenessCard({ id }: { id: string }) {
  const { texts: all, tenant } = useSettings();
  const { cameras: texts, common } = all;
  const format = useFormat();
  const today = todayIn(tenant.timeZone);
  const { days, types, error, isLoading, retry } = useWeeks(id, today);
  const [looked, setLooked] = useState<string>();
  const textOf = (day: CompletenessDay): string => {
    const date = format.calendarDay(day.date);
    if (day.events === null || day.pictures === null) return texts.dayUnknown(date);
    const { wanted, stored } = day.pictures;
    const offline =
      day.offline_seconds === null || day.offline_seconds === 0 ? '' : format.duration(day.offline_seconds);
    const partial =
      day.exported_types < types ? texts.dayPartial(format.count(day.exported_types), format.count(types)) : '';
    return texts.dayText(date, format.count(day.events), format.count(stored), format.count(wanted), offline) + partial;
  };
  const byDate = new Map(days.map((day) => [day.date, day]));
  const shown = Array.from({ length: weeksShown * 7 }, (_, index) => daysAfter(today, index + 1 - weeksShown * 7));
  const lookedAt = looked === undefined ? undefined : byDate.get(looked);
  return (
    <Card title={texts.completeness} wide>
      <div aria-busy={isLoading} class="completeness">
        {error === undefined ? null : <Failed error={error} retry={retry} />}
        <p class="note">{texts.completenessNote}</p>
        <DayGrid
          label={texts.completeness}
          weeksAs="columns"
          days={shown.map((date) => {
            const day = byDate.get(date);
            return day === undefined
              ? { date, tone: 'tone-loading', text: `${format.calendarDay(date)}: ${texts.tones.loading}` }
              : { date, tone: `tone-${toneOf(day)}`, text: textOf(day) };
          })}
          chosen={looked}
          onChoose={setLooked}
          onLook={setLooked}
        />
        <p class="looked-at" aria-live="polite">
          {lookedAt === undefined ? texts.lookAtDay : textOf(lookedAt)}
        </p>
        <ul class="legend" aria-label={texts.legend}>
          {tones.map((tone) => (
            <li key={tone}>
              <span class={`swatch tone-${tone}`} />
              {texts.tones[tone]}
            </li>
          ))}
        </ul>
        <details>
          <summary>{common.asTable}</summary>
          <Table
            caption={texts.completeness}
            rows={days.toReversed()}
            keyOf={({ date }) => date}
            columns={[
              { title: texts.day, cell: ({ date }) => format.calendarDay(date) },
              { title: texts.dayEvents, isNumber: true, cell: ({ events }) => format.count(events) },
              { title: texts.dayWanted, isNumber: true, cell: ({ pictures }) => format.count(pictures?.wanted) },
              { title: texts.dayStored, isNumber: true, cell: ({ pictures }) => format.count(pictures?.stored) },
              { title: texts.dayMissing, isNumber: true, cell: ({ pictures }) => format.count(pictures?.missing) },
              {
                title: texts.dayOffline,
                isNumber: true,
                cell: ({ offline_seconds: seconds }) => format.duration(seconds),
              },
            ]}
          />
        </details>
      </div>
    </Card>
  );
}
