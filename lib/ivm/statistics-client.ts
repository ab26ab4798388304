import { type Json, member } from '#lib/json/exact-json.ts';
import { operationCaller } from './operations/operation-caller.ts';
import { uncheckedRequest } from './operations/operation-request.ts';
import { statistics } from './operations/statistics.ts';
import type { TokenCalls } from './token-calls.ts';

export type StatisticsType = 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';

export type StatisticsQuery = {
  deviceId: string;
  channelId: string;
  type: StatisticsType;
  /** `YYYY-MM-DD` */
  firstDay: string;
  lastDay: string;
};

/** Lists as IVM sends them, unread: whether they fit the calendar is for the caller to judge. */
export type PeopleLists = { in?: Json | undefined; out?: Json | undefined };

export type StatisticsClient = {
  /** People who entered and left, by hour, day or month (10.4.1). */
  peopleStatistics(query: StatisticsQuery): Promise<PeopleLists>;
  /** People by hour, day or month (10.4.2), as IVM sends it. */
  timeHeatmap(query: StatisticsQuery): Promise<Json | undefined>;
  /** Where people were, as a grid of relative values (10.4.3), not yet decoded. */
  spaceHeatmap(query: StatisticsQuery): Promise<{ width: number; height: number; rawbase64: string }>;
};

/** DAY and YEAR ignore the end; without it IVM takes WEEK and MONTH for a single day, and by its distance one for the other. */
const hasEnd: ReadonlySet<StatisticsType> = new Set(['WEEK', 'MONTH']);

const compact = (day: string) => day.replaceAll('-', '');
/** A side of a heatmap; a channel without people may have no picture at all. */
const sideOf = (told = 0) => Math.max(0, told);

export function createStatisticsClient(calls: TokenCalls, userId: string): StatisticsClient {
  const call = operationCaller(calls, userId);
  // Unread: a list that is none, or of which something is no number, is judged as such, which a reading would hide.
  const { callForJson } = calls;
  const ofChannel = ({ deviceId, channelId, type }: StatisticsQuery) => ({
    device_id: deviceId,
    channel_id: channelId,
    type,
  });
  const ofPeriod = (query: StatisticsQuery) => ({ ...ofChannel(query), start_time: `${query.firstDay} 00:00:00` });
  return {
    peopleStatistics: async (query) => {
      const asked = {
        ...ofChannel(query),
        start_date: compact(query.firstDay),
        ...(hasEnd.has(query.type) ? { end_date: compact(query.lastDay) } : {}),
      };
      const reply = await callForJson(
        uncheckedRequest('showPeopleStatistics', statistics.showPeopleStatistics, userId, asked),
      );
      return { in: member(reply, 'in'), out: member(reply, 'out') };
    },
    timeHeatmap: async (query) => {
      const request = uncheckedRequest('showTimeHeatmap', statistics.showTimeHeatmap, userId, ofPeriod(query));
      return member(await callForJson(request), 'data');
    },
    spaceHeatmap: async (query) => {
      const { showSpaceHeatmap } = statistics;
      const { width, height, rawbase64 = '' } = await call('showSpaceHeatmap', showSpaceHeatmap, ofPeriod(query));
      return { width: sideOf(width), height: sideOf(height), rawbase64 };
    },
  };
}
