import type { Texts } from '../../texts.ts';

export const data: Texts['data'] = {};
