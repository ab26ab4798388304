import { type PresenceHistory, readPresenceHistory } from '#lib/devices/presence-history.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import type { DirtyDate, DirtyDates } from '#lib/exports/dirty-dates.ts';
import { type PublishExportDeps, type PublishedExport, publishExport } from '#lib/exports/publish-export.ts';
import { requestedDays } from '#lib/exports/requested-days.ts';
import type { InventoryChannel, InventoryChannels } from '#lib/inventory/inventory-channel.ts';
import { log } from '#lib/runtime/log.ts';
import type { Metric } from '#lib/runtime/metrics.ts';
import type { ScheduledContext } from '#lib/runtime/scheduled-handler.ts';
import { addDays } from '#lib/time/calendar.ts';
import { startOfDay } from '#lib/time/local-time.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { createCompleteness } from './completeness.ts';
import { eventGroups, eventRows } from './event-rows.ts';
import { type ExportedType, eventTable, exportedTypes } from './event-tables.ts';

/** What is stored of a day, and of a camera. */
export type StoredEvents = {
  day(messageType: string, date: string): AsyncIterable<Item>;
  camera(camera: string, from: Date, to: Date): AsyncIterable<Item>;
};

export type ExportEventsDeps = Omit<PublishExportDeps, 'holder'> & {
  newHolder: () => string;
  events: StoredEvents;
  inventory: InventoryChannels;
  dirty: DirtyDates;
  timeZone: string;
  metric: Metric;
};

export type EventsExport = {
  dates: string[];
  published: number;
  unchanged: number;
  /** Exports that another run was at, or that there was no time for: they stay marked. */
  left: number;
};

/** Time for one more table of a busy day. */
const shortestRemainingMs = 240_000;
const mostDuplicatesTold = 1_000;

/**
 * Exports the events of days that are over, a flat table per message type: yesterday and every date that something came
 * late for, or the days asked for. The same events give the same files, byte for byte.
 *
 * @throws what the stores throw; exports that were published stand
 */
export async function exportEvents(
  deps: ExportEventsDeps,
  event: unknown,
  { remainingMs }: ScheduledContext,
): Promise<EventsExport> {
  const { timeZone, now } = deps;
  const yesterday = addDays(zonedDate(now(), timeZone).date, -1);
  const asked = requestedDays(event, yesterday);
  const marks = await deps.dirty.list('events');
  const wanted = asked?.flatMap(allTypes) ?? [...allTypes(yesterday), ...marked(marks)];
  const tables = [...new Map(wanted.map((table) => [`${table.date} ${table.type}`, table])).values()];
  const channels = await deps.inventory.channels();
  const presenceOf = createPresenceOfDay(deps);
  const report: EventsExport = {
    dates: [...new Set(tables.map(({ date }) => date))],
    published: 0,
    unchanged: 0,
    left: 0,
  };
  for (const table of tables) {
    if (remainingMs() < shortestRemainingMs) {
      report.left += 1;
      continue;
    }
    const { outcome } = await exportTable(deps, table, { channels, presence: await presenceOf(table.date) });
    report[outcome === 'busy' ? 'left' : outcome] += 1;
    // What was marked after this began is exported by the next run.
    const done = marks.filter((mark) => mark.date === table.date && mark.messageType === table.type);
    if (outcome !== 'busy') await deps.dirty.clear(done);
  }
  if (report.left > 0) {
    deps.metric('ExportsLeft', report.left);
    log.warn('some exports are left for the next run', { left: report.left });
  }
  deps.metric('ExportFinished', 1, { Set: 'events' });
  return report;
}

type Table = { date: string; type: ExportedType };

const allTypes = (date: string): Table[] => exportedTypes.map((type) => ({ date, type }));

const marked = (marks: readonly DirtyDate[]): Table[] =>
  marks.flatMap(({ date, messageType }) => {
    const type = exportedTypes.find((one) => one === messageType);
    return type === undefined ? [] : [{ date, type }];
  });

const spanOf = (date: string, timeZone: string) => ({
  start: startOfDay(date, timeZone),
  end: startOfDay(addDays(date, 1), timeZone),
});

/** All tables of a day share it, and come one after the other. */
function createPresenceOfDay({ events, timeZone, now }: ExportEventsDeps) {
  let last: { date: string; presence: PresenceHistory } | undefined;
  return async (date: string): Promise<PresenceHistory> => {
    if (last?.date !== date) {
      last = { date, presence: await readPresenceHistory(events, spanOf(date, timeZone), timeZone, now()) };
    }
    return last.presence;
  };
}

async function exportTable(
  deps: ExportEventsDeps,
  { date, type }: Table,
  facts: { channels: readonly InventoryChannel[]; presence: PresenceHistory },
): Promise<PublishedExport> {
  const { events, timeZone } = deps;
  const span = spanOf(date, timeZone);
  const cameras = new Set<string>();
  for await (const item of events.day(type, date)) cameras.add(textOf(item['camera']) ?? '');

  const partition = [
    ['message_type', type],
    ['date', date],
  ] as const;
  const spec = { set: 'events', partition, table: eventTable(type) };
  return publishExport({ ...deps, holder: deps.newHolder() }, spec, async (sink) => {
    const completeness = createCompleteness({ date, timeZone, ...facts });
    const duplicates: { camera: string; message_id: string }[] = [];
    let stored = 0;
    for (const camera of [...cameras].toSorted()) {
      const ids = new Set<string>();
      const items = ofType(events.camera(camera, span.start, span.end), type);
      for await (const group of eventGroups(items)) {
        for (const row of eventRows(type, group)) sink.add(row);
        completeness.add(group);
        if (group.event === undefined) continue;
        stored += 1;
        const messageId = textOf(group.event['message_id']) ?? '';
        // Another body under the same id: IVM does not do that, so somebody else may have.
        if (ids.has(messageId)) duplicates.push({ camera, message_id: messageId });
        ids.add(messageId);
      }
    }
    if (duplicates.length > 0) deps.metric('MessageIdsTwice', duplicates.length, { MessageType: type });
    return {
      events: stored,
      ids_twice: duplicates.length,
      duplicates: duplicates.slice(0, mostDuplicatesTold),
      completeness: completeness.report(),
    };
  });
}

async function* ofType(items: AsyncIterable<Item>, type: ExportedType): AsyncGenerator<Item> {
  for await (const item of items) if (textOf(item['message_type']) === type) yield item;
}
