import type { Texts } from '../texts.ts';
import { cameras } from './zh/cameras.ts';
import { common } from './zh/common.ts';
import { data } from './zh/data.ts';
import { events } from './zh/events.ts';
import { now } from './zh/now.ts';
import { people } from './zh/people.ts';
import { vehicles } from './zh/vehicles.ts';

/** Every text of the page in 简体中文. */
export const zh: Texts = { common, now, events, people, vehicles, cameras, data };
