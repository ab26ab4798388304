import type { Box } from './canvas.ts';
import { type Random, seededRandom } from './seeded-random.ts';

export type Person = {
  box: Box;
  head: Box;
  isMale: boolean;
  age: number;
  hasGlasses: boolean;
  hasHat: boolean;
  hasMask: boolean;
  hasLongHair: boolean;
  /** Colour groups 1-6 of clothes (reference 10.1.4.5.4). */
  upperColor: number;
  lowerColor: number;
};

export type Make = { index: number; name: string; model: string; modelIndex: number; years: string };

export type Vehicle = {
  box: Box;
  plateBox: Box;
  plate: string;
  /** Battery cars have green plates of eight characters. */
  isElectric: boolean;
  make: Make;
  /** `vehicle_color` (reference 20.6). */
  color: number;
  lane: number;
  /** `vehicle_direction`: 3 up, 4 down. */
  direction: number;
};

export type Cycle = { box: Box; rider: Person; riders: number; color: number; hasHelmet: boolean; lane: number };

export type Subject = 'person' | 'vehicle' | 'cycle';
/** What a camera saw. The same key gives the same sighting, so that a message and its pictures agree. */
export type Sighting = { person?: Person; vehicle?: Vehicle; cycle?: Cycle; bystanders: Person[] };

const makes: readonly Make[] = [
  { index: 74, name: '斯柯达', model: '明锐', modelIndex: 554, years: '2010' },
  { index: 75, name: '日产', model: '轩逸', modelIndex: 574, years: '2009_2012_2016_2018' },
  { index: 81, name: '比亚迪', model: '秦', modelIndex: 611, years: '2019_2021' },
  { index: 95, name: '福特', model: '福克斯', modelIndex: 702, years: '2015' },
  { index: 142, name: '五菱', model: '宏光', modelIndex: 930, years: '2014_2018' },
];

/** What is seen under a key. */
export function sightingOf(key: string, subject: Subject): Sighting {
  const random = seededRandom(`${key}|sighting`);
  const bystanders = Array.from({ length: random.integer(0, 3) }, () =>
    personAt(random, random.integer(500, 8800), 0.5),
  );
  switch (subject) {
    case 'person':
      return { person: personAt(random, random.integer(2500, 6500), 1), bystanders };
    case 'vehicle':
      return { vehicle: vehicle(random), bystanders };
    case 'cycle':
      return { cycle: cycle(random), bystanders };
  }
}

function personAt(random: Random, x: number, scale: number): Person {
  const width = Math.round(random.integer(900, 1200) * scale);
  const height = Math.round(random.integer(5000, 6000) * scale);
  const y = Math.round(9400 - height - (1 - scale) * 3000);
  return personIn(random, { x, y, width, height });
}

function personIn(random: Random, box: Box): Person {
  const headWidth = Math.round(box.width * 0.4);
  return {
    box,
    head: {
      x: box.x + Math.round((box.width - headWidth) / 2),
      y: box.y,
      width: headWidth,
      height: Math.round(box.height * 0.16),
    },
    isMale: random.chance(0.5),
    age: random.integer(6, 79),
    hasGlasses: random.chance(0.3),
    hasHat: random.chance(0.2),
    hasMask: random.chance(0.15),
    hasLongHair: random.chance(0.4),
    upperColor: random.integer(1, 6),
    lowerColor: random.integer(1, 6),
  };
}

function vehicle(random: Random): Vehicle {
  const box = {
    x: random.integer(1000, 5500),
    y: random.integer(4200, 5200),
    width: random.integer(3000, 4000),
    height: random.integer(3200, 4000),
  };
  const isElectric = random.chance(0.3);
  return {
    box,
    plateBox: {
      x: box.x + Math.round(box.width * 0.38),
      y: box.y + Math.round(box.height * 0.68),
      width: Math.round(box.width * 0.24),
      height: Math.round(box.height * 0.11),
    },
    plate: plateNumber(random, isElectric),
    isElectric,
    make: random.pick(makes),
    color: random.integer(1, 14),
    lane: random.integer(1, 3),
    direction: random.integer(3, 4),
  };
}

function cycle(random: Random): Cycle {
  const box = {
    x: random.integer(2500, 6500),
    y: random.integer(3600, 4200),
    width: random.integer(1500, 2000),
    height: random.integer(4600, 5200),
  };
  const riderBox = {
    x: box.x + Math.round(box.width * 0.3),
    y: box.y,
    width: Math.round(box.width * 0.4),
    height: Math.round(box.height * 0.75),
  };
  return {
    box,
    rider: personIn(random, riderBox),
    riders: random.chance(0.2) ? 2 : 1,
    color: random.integer(1, 6),
    hasHelmet: random.chance(0.6),
    lane: random.integer(1, 3),
  };
}

/** An invented plate. `I` and `O` are no plate letters; battery cars carry a `D` first. */
function plateNumber(random: Random, isElectric: boolean): string {
  const letter = () => random.pick([...'ABCDEFGHJKLMNPQRSTUVWXYZ']);
  const sign = () => random.pick([...'0123456789ABCDEFGHJKLMNPQRSTUVWXYZ']);
  const place = `${random.pick([...'浙沪苏粤京川'])}${letter()}`;
  return isElectric
    ? `${place}D${random.digits(5)}`
    : `${place}${random.digits(2)}${sign()}${random.digits(1)}${sign()}`;
}
