import type { Camera, View } from './cameras.ts';
import { type Box, type Canvas, createCanvas } from './canvas.ts';
import type { LocalTime } from './local-time.ts';
import type { PictureKind } from './record-ids.ts';
import { seededRandom } from './seeded-random.ts';
import type { Cycle, Person, Sighting, Vehicle } from './sighting.ts';

export type Drawing = PictureKind | 'alarm' | 'target-group';

const whole: Box = { x: 0, y: 0, width: 10_000, height: 10_000 };
const sizes: Readonly<Record<Drawing, { width: number; height: number }>> = {
  panorama: { width: 640, height: 360 },
  alarm: { width: 640, height: 360 },
  vehicle: { width: 320, height: 240 },
  body: { width: 160, height: 320 },
  target: { width: 160, height: 160 },
  'target-group': { width: 160, height: 160 },
  plate: { width: 200, height: 64 },
};

/**
 * Draws what a camera saw: the whole scene, or the part of it that a close-up shows, so that the boxes in a message fit
 * its pictures. A real PNG, whatever the URL's extension says; IVM's do not say the truth either.
 *
 * @param request.id kept inside the file, so that no two pictures have the same bytes
 */
export function drawPicture(request: {
  id: string;
  kind: Drawing;
  camera: Camera;
  sighting: Sighting;
  at: LocalTime;
}): Buffer {
  const { kind, camera, sighting, at } = request;
  const canvas = createCanvas(sizes[kind].width, sizes[kind].height);
  const view = viewOf(kind, sighting);
  // Day from six to six; at night lamps leave less than half of the light.
  const light = 0.45 + 0.55 * Math.max(0, Math.sin(((at.hourOfDay - 6) / 12) * Math.PI));
  const brush = brushFor(canvas, view, light);

  drawPlace(brush, camera, light);
  for (const person of sighting.bystanders) drawPerson(brush, person);
  if (sighting.vehicle !== undefined) drawVehicle(brush, sighting.vehicle);
  if (sighting.cycle !== undefined) drawCycle(brush, sighting.cycle);
  if (sighting.person !== undefined) drawPerson(brush, sighting.person);

  if (view === whole) drawTimeBar(canvas, camera, at);
  if (kind === 'alarm') canvas.outline(brush.project(subjectBox(sighting)), 0xff2020, 3);
  return canvas.toPng(`simulated ${request.id}`);
}

type Brush = {
  project(box: Box): Box;
  rectangle(box: Box, colour: number): void;
  ellipse(box: Box, colour: number): void;
  write(text: string, box: Box, colour: number): void;
};

function brushFor(canvas: Canvas, view: Box, light: number): Brush {
  const scale = { x: canvas.width / view.width, y: canvas.height / view.height };
  const project = (box: Box): Box => ({
    x: (box.x - view.x) * scale.x,
    y: (box.y - view.y) * scale.y,
    width: box.width * scale.x,
    height: box.height * scale.y,
  });
  return {
    project,
    rectangle: (box, colour) => canvas.rectangle(project(box), mixed(0x000000, colour, light)),
    ellipse: (box, colour) => canvas.ellipse(project(box), mixed(0x000000, colour, light)),
    write: (text, box, colour) => canvas.write(text, project(box), mixed(0x000000, colour, light)),
  };
}

const mixed = (from: number, to: number, share: number): number =>
  [16, 8, 0].reduce((colour, shift) => {
    const [a, b] = [(from >> shift) & 0xff, (to >> shift) & 0xff];
    return colour | (Math.round(a + (b - a) * share) << shift);
  }, 0);

const subjectBox = (sighting: Sighting): Box =>
  sighting.vehicle?.box ?? sighting.cycle?.box ?? sighting.person?.box ?? whole;

function viewOf(kind: Drawing, sighting: Sighting): Box {
  const person = sighting.person ?? sighting.cycle?.rider;
  switch (kind) {
    case 'panorama':
    case 'alarm':
      return whole;
    case 'target':
    case 'target-group':
      return person?.head ?? subjectBox(sighting);
    case 'body':
      return person?.box ?? subjectBox(sighting);
    case 'vehicle':
      return subjectBox(sighting);
    case 'plate':
      return sighting.vehicle?.plateBox ?? subjectBox(sighting);
  }
}

const skySteps = 12;
const groundColours: Readonly<Record<View, number>> = {
  road: 0x6b6f73,
  entrance: 0xb9ab94,
  shop: 0xd8cfc0,
  yard: 0x8a9a6a,
};

/** The background belongs to the camera, so that its pictures look alike. */
function drawPlace(brush: Brush, camera: Camera, light: number): void {
  const horizon = 4500;
  for (let step = 0; step < skySteps; step += 1) {
    const colour = mixed(mixed(0x101830, 0x5fa8e8, light), 0xe8eef2, step / skySteps);
    // Down to the horizon each time: bands side by side would leave seams where pixels are rounded.
    const y = (horizon * step) / skySteps;
    brush.rectangle({ ...whole, y, height: horizon - y }, colour);
  }
  const random = seededRandom(`place|${camera.index}`);
  for (let x = 0; x < whole.width; ) {
    const width = random.integer(900, 2400);
    const height = random.integer(1200, 3600);
    brush.rectangle({ x, y: horizon - height, width, height }, random.pick([0x9c8f86, 0x7d8791, 0xa7795a, 0xb6b0a6]));
    brush.rectangle(
      { x: x + width * 0.3, y: horizon - height * 0.8, width: width * 0.4, height: height * 0.3 },
      0xf3e3a0,
    );
    x += width;
  }
  brush.rectangle({ ...whole, y: horizon, height: whole.height - horizon }, groundColours[camera.view]);
  if (camera.view !== 'road') return;
  for (const lane of [3300, 6600]) {
    for (let y = horizon; y < whole.height; y += 1400)
      brush.rectangle({ x: lane, y, width: 120, height: 800 }, 0xf0f0f0);
  }
}

/** Names parts of a box by shares of its width and height. */
const partsOf =
  (box: Box) =>
  (x: number, y: number, width: number, height: number): Box => ({
    x: box.x + box.width * x,
    y: box.y + box.height * y,
    width: box.width * width,
    height: box.height * height,
  });

const clothes = [0x808080, 0x202020, 0x2a4fa0, 0x2f7a3a, 0xd8d8d8, 0xc98a2b, 0xb0304a];
const clothColour = (group: number): number => clothes[group] ?? 0x808080;

function drawPerson(brush: Brush, person: Person): void {
  const { box, head } = person;
  const part = partsOf(box);
  brush.rectangle(part(0.28, 0.55, 0.18, 0.45), clothColour(person.lowerColor));
  brush.rectangle(part(0.54, 0.55, 0.18, 0.45), clothColour(person.lowerColor));
  brush.rectangle(part(0.15, 0.17, 0.7, 0.4), clothColour(person.upperColor));
  const inHead = partsOf(head);
  brush.ellipse(inHead(0, 0, 1, person.hasLongHair ? 1.2 : 0.9), 0x2b1d14);
  brush.ellipse(inHead(0.12, 0.15, 0.76, 0.85), 0xe3b58f);
  for (const x of [0.3, 0.6]) brush.rectangle(inHead(x, 0.48, 0.1, 0.08), 0x101010);
  if (person.hasGlasses) brush.rectangle(inHead(0.2, 0.5, 0.6, 0.03), 0x101010);
  if (person.hasMask) brush.rectangle(inHead(0.22, 0.65, 0.56, 0.25), 0x9fd0e8);
  else brush.rectangle(inHead(0.4, 0.78, 0.2, 0.04), 0x9a4a40);
  if (person.hasHat) brush.rectangle(inHead(0.05, 0, 0.9, 0.25), 0x3c4c80);
}

const paints = [
  0x9a9a9a, 0xf2f2f2, 0x9aa0a6, 0xe6c32e, 0xe79fb4, 0xb3202a, 0x2f7a3a, 0x2a4fa0, 0x6b4226, 0x1c1c1e, 0x6a3d8f,
  0xd9701e, 0x2aa6b0, 0xc9a227, 0xc0c4c8,
];

function drawVehicle(brush: Brush, vehicle: Vehicle): void {
  const { box, plateBox } = vehicle;
  const part = partsOf(box);
  const paint = paints[vehicle.color] ?? 0x9a9a9a;
  brush.ellipse(part(0.04, 0.78, 0.18, 0.22), 0x151515);
  brush.ellipse(part(0.78, 0.78, 0.18, 0.22), 0x151515);
  brush.ellipse(part(0.12, 0, 0.76, 0.8), paint);
  brush.rectangle(part(0, 0.4, 1, 0.5), paint);
  brush.rectangle(part(0.22, 0.1, 0.56, 0.28), 0x4c6272);
  for (const x of [0.04, 0.82]) brush.ellipse(part(x, 0.5, 0.14, 0.12), 0xfff6cf);
  brush.rectangle(plateBox, vehicle.isElectric ? 0x7fc98a : 0x1f4fa8);
  const text = { x: plateBox.x + plateBox.width * 0.06, y: plateBox.y + plateBox.height * 0.2 };
  brush.write(
    vehicle.plate,
    { ...text, width: plateBox.width * 0.88, height: plateBox.height * 0.6 },
    vehicle.isElectric ? 0x101010 : 0xffffff,
  );
}

function drawCycle(brush: Brush, cycle: Cycle): void {
  const { box } = cycle;
  const wheel = box.width * 0.4;
  const wheelHeight = box.height * 0.28;
  for (const x of [0, box.width - wheel]) {
    const rim = { x: box.x + x, y: box.y + box.height - wheelHeight, width: wheel, height: wheelHeight };
    brush.ellipse(rim, 0x151515);
    brush.ellipse(
      { x: rim.x + wheel * 0.2, y: rim.y + wheelHeight * 0.2, width: wheel * 0.6, height: wheelHeight * 0.6 },
      0x8a8a8a,
    );
  }
  const bar = {
    x: box.x + box.width * 0.15,
    y: box.y + box.height * 0.72,
    width: box.width * 0.7,
    height: box.height * 0.07,
  };
  brush.rectangle(bar, clothColour(cycle.color));
  drawPerson(brush, cycle.rider);
  const { head } = cycle.rider;
  if (cycle.hasHelmet) brush.ellipse({ ...head, height: head.height * 0.5 }, 0xd02020);
}

function drawTimeBar(canvas: Canvas, camera: Camera, at: LocalTime): void {
  const height = 20;
  canvas.rectangle({ x: 0, y: 0, width: canvas.width, height }, 0x101010);
  const label = `${at.plain}  CAM ${camera.index + 1}`;
  canvas.write(label, { x: 6, y: 5, width: label.length * 8, height: 10 }, 0xffffff);
}
