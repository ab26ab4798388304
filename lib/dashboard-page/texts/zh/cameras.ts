import type { Texts } from '../../texts.ts';

export const cameras: Texts['cameras'] = {};
