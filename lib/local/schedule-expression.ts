export type ScheduleExpression = { kind: 'rate'; everyMs: number } | { kind: 'cron'; pattern: string };

const unitMs: { readonly [unit: string]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** Timers of Node end at 2^31 ms. */
const longestRateMs = 24 * 86_400_000;

/**
 * Reads a schedule of EventBridge: `rate(5 minutes)`, or `cron(…)` with six fields, given back as a pattern of seven with
 * seconds first and Sunday = 0 (EventBridge counts from Sunday = 1). `undefined` for anything else.
 */
export function parseScheduleExpression(text: string): ScheduleExpression | undefined {
  const [, amount, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text) ?? [];
  if (amount !== undefined) {
    const everyMs = Number(amount) * (unitMs[unit] ?? 0);
    return everyMs > 0 && everyMs <= longestRateMs ? { kind: 'rate', everyMs } : undefined;
  }
  const fields = /^cron\(([^()]+)\)$/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  if (fields.length !== 6 || !fields.every((field) => /^[\dA-Z*?,/#LW-]+$/i.test(field))) return undefined;
  const [minute, hour, dayOfMonth, month, dayOfWeek = '', year] = fields.map((field) => (field === '?' ? '*' : field));
  return { kind: 'cron', pattern: `0 ${minute} ${hour} ${dayOfMonth} ${month} ${fromSunday(dayOfWeek)} ${year}` };
}

const fromSunday = (field: string): string =>
  field
    .split(',')
    .map((part) => {
      if (part === 'L') return '6';
      const [days = '', step] = part.split('/');
      const [range = '', nth] = days.replace(/^(\w+)L$/, '$1#L').split('#');
      const shifted = range.replaceAll(/\d+/g, (day) => String(Number(day) - 1));
      return `${shifted}${nth === undefined ? '' : `#${nth}`}${step === undefined ? '' : `/${step}`}`;
    })
    .join(',');
