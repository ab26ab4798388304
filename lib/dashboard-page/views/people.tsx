import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { Tabs } from '../parts/tabs.tsx';
import { useSettings } from '../settings.tsx';
import type { ViewProps } from '../shell.tsx';
import { PeriodControls, peopleHash } from './people/controls.tsx';
import { Counts } from './people/counts.tsx';
import { keptOpening } from './people/opening-setting.ts';
import { parts, readPeopleFilters } from './people/people-filters.ts';
import { Direction, Sources } from './people/sources.tsx';
import { SpaceHeatmap } from './people/space-heatmap.tsx';
import { WeekdayGrid } from './people/weekday-grid.tsx';

/** How many people came and went, by whom it was counted, when and where. */
export function PeopleView({ place }: ViewProps) {
  const { tenant, texts } = useSettings();
  const { weekStart } = tenant;
  // Exports go until last night.
  const yesterday = addDays(zonedDate(new Date(), tenant.timeZone).date, -1);
  const filters = readPeopleFilters(place.filters, { day: yesterday, opening: keptOpening(), weekStart });
  return (
    <div class="people">
      <Tabs
        label={texts.people.parts.label}
        current={filters.part}
        tabs={parts.map((name) => ({ name, label: texts.people.parts[name], href: peopleHash(place, { part: name }) }))}
      />
      <PeriodControls filters={filters} place={place} weekStart={weekStart} />
      {filters.part === 'counts' ? <Counts filters={filters} weekStart={weekStart} /> : null}
      {filters.part === 'sources' ? <Sources filters={filters} /> : null}
      {filters.part === 'heat' ? (
        <>
          <div class="filters" role="group" aria-label={texts.people.sources.direction}>
            <Direction filters={filters} />
          </div>
          <WeekdayGrid filters={filters} weekStart={weekStart} />
          <SpaceHeatmap filters={filters} />
        </>
      ) : null}
    </div>
  );
}
