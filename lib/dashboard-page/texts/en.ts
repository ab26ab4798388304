import { cameras } from './en/cameras.ts';
import { common } from './en/common.ts';
import { data } from './en/data.ts';
import { events } from './en/events.ts';
import { now } from './en/now.ts';
import { people } from './en/people.ts';
import { vehicles } from './en/vehicles.ts';

/** Every text of the page in English; other languages have the same members. */
export const en = { common, now, events, people, vehicles, cameras, data };
