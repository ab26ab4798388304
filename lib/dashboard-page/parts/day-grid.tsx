import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useSettings } from '../settings.tsx';

/** A day in a calendar. */
export type GridDay = {
  date: string;
  /** What it says in full, for who can't see its tone. */
  text: string;
  /** Class that draws its tone. */
  tone: string;
  /** What stands in its cell, where that is large enough. */
  content?: ComponentChildren;
};

const dayMs = 86_400_000;
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;
/** The day of the week, from 0 for that on which weeks begin. */
const weekdayOf = (date: string, weekStart: number): number =>
  (new Date(`${date}T00:00:00Z`).getUTCDay() + 7 - (weekStart % 7)) % 7;

/**
 * Days by weeks, as a calendar has them; arrows, Home and End lead from day to day.
 *
 * @param props.weeksAs `columns` for a long strip of small cells, `rows` for a month
 */
export function DayGrid(props: {
  label: string;
  weeksAs: 'columns' | 'rows';
  days: readonly GridDay[];
  chosen: string | undefined;
  onChoose: (date: string) => void;
  /** A day that is pointed at or focused. */
  onLook?: (date: string | undefined) => void;
}) {
  const { days, weeksAs, chosen } = props;
  const { tenant, language } = useSettings();
  const grid = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState<string>();
  const first = days[0]?.date ?? '';
  const last = days.at(-1)?.date ?? '';
  const entry = [focused, chosen].find((date) => days.some((day) => day.date === date)) ?? last;

  const offset = first === '' ? 0 : weekdayOf(first, tenant.weekStart);
  const weeks = Math.ceil((days.length + offset) / 7);
  const dayAt = (week: number, weekday: number) => days[week * 7 + weekday - offset];
  const weekdayName = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    weekday: 'short',
    timeZone: 'UTC',
  });
  // 4 January 1970 was a Sunday.
  const names = Array.from({ length: 7 }, (_, index) =>
    weekdayName.format((3 + ((tenant.weekStart + index) % 7)) * dayMs),
  );

  const move = (event: KeyboardEvent) => {
    // Not from the state: keys may come faster than it is drawn.
    const from = event.target instanceof HTMLElement ? (event.target.dataset['date'] ?? entry) : entry;
    const [along, across] = weeksAs === 'rows' ? [1, 7] : [7, 1];
    const steps: { readonly [key: string]: number } = {
      ArrowRight: along,
      ArrowLeft: -along,
      ArrowDown: across,
      ArrowUp: -across,
      Home: dayNumber(first) - dayNumber(from),
      End: dayNumber(last) - dayNumber(from),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const target = days[Math.min(days.length - 1, Math.max(0, dayNumber(from) + step - dayNumber(first)))];
    grid.current?.querySelector<HTMLElement>(`[data-date="${target?.date}"]`)?.focus();
  };
  const cell = (key: number, day: GridDay | undefined) => (
    <td key={key}>
      {day === undefined ? null : (
        <button
          type="button"
          class={`day ${day.tone}`}
          data-date={day.date}
          tabIndex={day.date === entry ? 0 : -1}
          aria-pressed={day.date === chosen}
          title={day.text}
          onClick={() => props.onChoose(day.date)}
          onFocus={() => {
            setFocused(day.date);
            props.onLook?.(day.date);
          }}
          onMouseEnter={() => props.onLook?.(day.date)}
        >
          <span aria-hidden="true">{day.content}</span>
          <span class="visually-hidden">{day.text}</span>
        </button>
      )}
    </td>
  );
  const sevenDays = Array.from({ length: 7 }, (_, weekday) => weekday);
  const allWeeks = Array.from({ length: weeks }, (_, week) => week);
  return (
    <div class="scroll-days">
      <table class={`days ${weeksAs}`} role="grid" aria-label={props.label} ref={grid} onKeyDown={move}>
        {weeksAs === 'columns' ? (
          <tbody>
            {sevenDays.map((weekday) => (
              <tr key={weekday}>
                <th scope="row">{names[weekday]}</th>
                {allWeeks.map((week) => cell(week, dayAt(week, weekday)))}
              </tr>
            ))}
          </tbody>
        ) : (
          <>
            <thead>
              <tr>
                {sevenDays.map((weekday) => (
                  <th key={weekday} scope="col">
                    {names[weekday]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {allWeeks.map((week) => (
                <tr key={week}>{sevenDays.map((weekday) => cell(weekday, dayAt(week, weekday)))}</tr>
              ))}
            </tbody>
          </>
        )}
      </table>
    </div>
  );
}
