import type { Texts } from '../../texts.ts';

export const events: Texts['events'] = {};
