import type { Json } from '#lib/json/exact-json.ts';
import { PeopleReply, SpaceHeatmapReply, TimeHeatmapReply } from './replies.ts';
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

export function createStatisticsClient({ call }: TokenCalls, userId: string): StatisticsClient {
  const request = (name: string, path: string, { deviceId, channelId, type }: StatisticsQuery) => ({
    name,
    method: 'GET' as const,
    path: `/v1/${userId}/${path}`,
    query: { device_id: deviceId, channel_id: channelId, type },
  });
  const heatmap = (name: string, path: string, query: StatisticsQuery) => {
    const base = request(name, path, query);
    return { ...base, query: { ...base.query, start_time: `${query.firstDay} 00:00:00` } };
  };
  return {
    peopleStatistics: async (query) => {
      const base = request('showPeopleStatistics', 'statistics/people', query);
      const dates = {
        start_date: compact(query.firstDay),
        ...(hasEnd.has(query.type) ? { end_date: compact(query.lastDay) } : {}),
      };
      return call(PeopleReply, { ...base, query: { ...base.query, ...dates } });
    },
    timeHeatmap: async (query) =>
      (await call(TimeHeatmapReply, heatmap('showTimeHeatmap', 'time-heatmap', query))).data,
    spaceHeatmap: (query) => call(SpaceHeatmapReply, heatmap('showSpaceHeatmap', 'space-heatmap', query)),
  };
}
