import type { ApiAnswer, ApiRequest } from './api-server.ts';
import type { CameraStates } from './camera-states.ts';
import type { Camera } from './cameras.ts';
import { IvmRefusal } from './ivm-refusal.ts';
import { type PeopleCounts, type PeopleTruth, sumOf } from './people-truth.ts';
import { seededRandom } from './seeded-random.ts';

const dayMs = 86_400_000;
const shift = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** People statistics and heatmaps (10.4), made from what the cameras have really seen. */
export function createStatisticsRoutes(options: { seed: string; states: CameraStates; truth: PeopleTruth }) {
  const { seed, states, truth } = options;
  const counts = (camera: Camera, type: string, first: string): PeopleCounts => {
    switch (type) {
      case 'DAY':
        return truth.hours(camera, first);
      case 'WEEK':
        return truth.days(camera, first, shift(first, 6));
      case 'MONTH':
        return monthOf(camera, first);
      default:
        return yearOf(camera, first);
    }
  };
  const monthOf = (camera: Camera, date: string): PeopleCounts => {
    const first = `${date.slice(0, 7)}-01`;
    return truth.days(camera, first, shift(`${shift(first, 31).slice(0, 7)}-01`, -1));
  };
  const yearOf = (camera: Camera, date: string): PeopleCounts => {
    const months = Array.from({ length: 12 }, (_, month) =>
      monthOf(camera, `${date.slice(0, 4)}-${String(month + 1).padStart(2, '0')}-01`),
    );
    return { in: months.map((month) => sumOf(month.in)), out: months.map((month) => sumOf(month.out)) };
  };

  return {
    people: ({ query }: ApiRequest): ApiAnswer => {
      const camera = countingCamera(states, query);
      const first = dateOf(query.get('start_date'), 'IVM.10020005');
      const type = typeOf(query, ['DAY', 'WEEK', 'MONTH', 'YEAR']);
      if (type === 'DAY' || type === 'YEAR') return { json: counts(camera, type, first) };
      // Left out it means the first day; and by its distance IVM takes one for the other.
      const last = dateOf(query.get('end_date') ?? query.get('start_date'), 'IVM.10020006');
      const distance = (Date.parse(last) - Date.parse(first)) / dayMs;
      return { json: counts(camera, distance >= 7 ? 'MONTH' : 'WEEK', first) };
    },
    timeHeatmap: ({ query }: ApiRequest): ApiAnswer => {
      const camera = countingCamera(states, query);
      const people = counts(camera, typeOf(query, ['DAY', 'WEEK', 'MONTH', 'YEAR']), startOf(query));
      return { json: { data: people.in.map((count, index) => count + (people.out[index] ?? 0)) } };
    },
    spaceHeatmap: ({ query }: ApiRequest): ApiAnswer => {
      const camera = countingCamera(states, query);
      const key = `${seed}|heat|${camera.index}|${typeOf(query, ['DAY', 'WEEK', 'MONTH', 'YEAR'])}|${startOf(query)}`;
      const { width, height, values } = heatOf(key);
      return { json: { width, height, rawbase64: Buffer.from(values).toString('base64') } };
    },
  };
}

function countingCamera(states: CameraStates, query: URLSearchParams): Camera {
  const camera = states.find(query.get('device_id') ?? '', query.get('channel_id') ?? '');
  if (camera === undefined) throw new IvmRefusal('IVM.10022007');
  if (!camera.countsPeople) throw new IvmRefusal('IVM.20180025');
  if (states.packages(camera).management === 'CLOSED') throw new IvmRefusal('IVM.20020008');
  return camera;
}

function typeOf(query: URLSearchParams, types: readonly string[]): string {
  const type = query.get('type') ?? '';
  if (!types.includes(type)) throw new IvmRefusal('IVM.10020001');
  return type;
}

function dateOf(text: string | null, code: 'IVM.10020005' | 'IVM.10020006'): string {
  const date = (text ?? '').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(date)) throw new IvmRefusal(code);
  return date;
}

function startOf(query: URLSearchParams): string {
  const text = query.get('start_time') ?? '';
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) throw new IvmRefusal('IVM.10020005');
  return dateOf(text.slice(0, 10), 'IVM.10020005');
}

/** Where people walk and wait: some warm places on a cold ground. */
function heatOf(key: string): { width: number; height: number; values: Uint8Array } {
  const random = seededRandom(key);
  const [width, height] = [64, 36];
  const places = Array.from({ length: 4 }, () => ({
    x: random.integer(0, width - 1),
    y: random.integer(0, height - 1),
    radius: random.integer(3, 10),
    heat: random.integer(120, 255),
  }));
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const heat = places.map(
        (place) => place.heat * Math.exp(-((x - place.x) ** 2 + (y - place.y) ** 2) / place.radius ** 2),
      );
      values[y * width + x] = Math.min(255, Math.round(sumOf(heat)));
    }
  }
  return { width, height, values };
}
