import { carMakes } from './chinese/car-makes.ts';
import { descriptions } from './chinese/descriptions.ts';
import { labels } from './chinese/labels.ts';
import { units } from './chinese/units.ts';

/** Every description, unit and label of the schemas in 简体中文, by the English text. */
export const chinese: Readonly<Record<string, string>> = { ...descriptions, ...units, ...labels, ...carMakes };
