const paths = {
  brand: 'M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm0 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM3 22h18',
  now: 'M3 12h4l3-8 4 16 3-8h4',
  events: 'M4 5h16v12H8l-4 4V5Zm4 4h8M8 13h5',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5m1.5 3.3c2.1.9 3.5 3 3.5 5.7',
  vehicles: 'M4 16v-4l2-5h12l2 5v4M4 16h16M4 16v2.5h3V16m10 0v2.5h3V16M5 12h14',
  cameras: 'M3 8h5l2-3h4l2 3h5v11H3V8Zm9 9a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z',
  data: 'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3Zm0 0v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  close: 'M6 6l12 12M18 6 6 18',
  left: 'm14 6-6 6 6 6',
  right: 'm10 6 6 6-6 6',
  download: 'M12 4v11m-5-5 5 5 5-5M5 20h14',
  ok: 'm5 13 4 4L19 7',
  warning: 'M12 4 2.5 20h19L12 4Zm0 6v5m0 2.5v.5',
  danger: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 5v5m0 3v.5',
} as const;
export type IconName = keyof typeof paths;

/** A line drawing beside a text; it says nothing that the text does not. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
