import type { Texts } from '../../texts.ts';

export const now: Texts['now'] = {};
