import { hashOf } from '../location.ts';
import { Tabs } from '../parts/tabs.tsx';
import { useTexts } from '../settings.tsx';
import type { ViewProps } from '../shell.tsx';
import { PlateSearch } from './vehicles/plate-search.tsx';
import { SummaryCard } from './vehicles/summary.tsx';
import { TrafficCard } from './vehicles/traffic.tsx';

const parts = { summary: SummaryCard, search: PlateSearch, traffic: TrafficCard };
type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

/** Number plates, what vehicles were seen on a day, and how much traffic there was. */
export function VehiclesView({ place }: ViewProps) {
  const { vehicles: texts, common } = useTexts();
  const current = partNames.find((name) => name === place.open) ?? (place.filters.has('plate') ? 'search' : 'summary');
  const Shown = parts[current];
  return (
    <>
      <Tabs
        label={common.views.vehicles}
        current={current}
        tabs={partNames.map((name) => ({ name, label: texts[name], href: hashOf('vehicles', {}, name) }))}
      />
      <Shown filters={place.filters} />
    </>
  );
}
