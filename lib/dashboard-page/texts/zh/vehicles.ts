import type { Texts } from '../../texts.ts';

export const vehicles: Texts['vehicles'] = {};
