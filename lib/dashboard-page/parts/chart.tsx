import { useEffect, useId, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { useFormat } from '../format.ts';
import { useSettings, useTexts } from '../settings.tsx';
import { Table } from './table.tsx';

export type ChartSeries = {
  label: string;
  /** One for each instant; `null` where nothing is known, which leaves a gap. */
  values: readonly (number | null)[];
  kind: 'line' | 'bars' | 'area';
  /** Drawn fainter and dashed: what is compared with. */
  isComparison?: boolean;
};

/** A stretch of time that is marked as such, because nothing is known of it. */
export type ChartGap = { from: Date; to: Date; label: string };

type ChartProps = {
  /** What the chart shows, for who can't see it and above its table. */
  title: string;
  times: readonly Date[];
  series: readonly ChartSeries[];
  gaps?: readonly ChartGap[];
  /** How an instant is written on the axis and in the table. */
  timeText: (at: Date) => string;
  unit?: string;
  /** From where to where the axis goes; what there are values of, unless given. */
  span?: { from: Date; to: Date };
};

const height = 240;

/** How many colours there are for series; further ones begin anew. */
const colors = 10;
const colorIndex = (index: number): number => (index % colors) + 1;

/** What a variable of the style sheet is as a colour, in the light or dark that is shown: a canvas can't resolve it itself. */
function colorOf(element: Element, variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** A colour as `getComputedStyle` writes it, with something of the ground shining through. */
const faint = (color: string, share: number): string => color.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);

/** Values over time, with the same as a table below. */
export function Chart(props: ChartProps) {
  const { common } = useTexts();
  const { theme, tenant } = useSettings();
  const format = useFormat();
  const { title, times, series, timeText } = props;
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const shown = JSON.stringify([times, series, props.gaps, props.span]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    let plot: UPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = new UPlot(optionsOf(element, props, tenant.timeZone), dataOf(props), element);
    };
    draw();
    const size = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    size.observe(element);
    dark.addEventListener('change', draw);
    return () => {
      size.disconnect();
      dark.removeEventListener('change', draw);
      plot?.destroy();
    };
    // The texts of what is shown stand for the values, which are new objects at each drawing.
  }, [shown, theme, tenant.timeZone, timeText]);
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption id={id} class="visually-hidden">
        {title}
      </figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
      <ul class="legend">
        {series.map(({ label, isComparison }, index) => (
          <li key={label}>
            <span class={`swatch series-${colorIndex(index)}${isComparison === true ? ' comparison' : ''}`} />
            {label}
          </li>
        ))}
        {props.gaps === undefined || props.gaps.length === 0
          ? null
          : [...new Set(props.gaps.map(({ label }) => label))].map((label) => (
              <li key={label}>
                <span class="swatch gap" />
                {label}
              </li>
            ))}
      </ul>
      <details>
        <summary>{common.asTable}</summary>
        <Table
          caption={title}
          columns={[
            { title: '', cell: (index: number) => timeText(times[index] ?? new Date(0)) },
            ...series.map(({ label, values }) => ({
              title: label,
              isNumber: true,
              cell: (index: number) => format.number(values[index]),
            })),
          ]}
          rows={times.map((_, index) => index)}
          keyOf={String}
        />
      </details>
    </figure>
  );
}

function dataOf({ times, series }: ChartProps): UPlot.AlignedData {
  return [times.map((at) => at.getTime() / 1000), ...series.map(({ values }) => [...values])];
}

function optionsOf(
  element: HTMLElement,
  { series, gaps = [], timeText, unit, span }: ChartProps,
  timeZone: string,
): UPlot.Options {
  const ink = colorOf(element, '--muted');
  const grid = { stroke: colorOf(element, '--line'), width: 1 };
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { points: { size: 7 } },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), timeZone),
    axes: [
      {
        stroke: ink,
        grid,
        ticks: grid,
        font,
        space: 70,
        values: (_plot, splits) => splits.map((seconds) => timeText(new Date(seconds * 1000))),
      },
      {
        stroke: ink,
        grid,
        ticks: grid,
        font,
        size: (_plot, labels) => Math.max(44, 18 + 7 * Math.max(0, ...(labels ?? []).map(({ length }) => length))),
        ...(unit === undefined ? {} : { label: unit, labelFont: font }),
      },
    ],
    scales: {
      ...(span === undefined ? {} : { x: { range: [span.from.getTime() / 1000, span.to.getTime() / 1000] } }),
      y: { range: (_plot, least, most) => [Math.min(0, least ?? 0), most === null || most <= 0 ? 1 : most * 1.08] },
    },
    series: [{}, ...series.map((one, index) => seriesOptions(element, one, index))],
    hooks: { drawClear: [(plot) => drawGaps(plot, gaps, colorOf(element, '--gap'))] },
  };
}

function seriesOptions(element: HTMLElement, { label, kind, isComparison }: ChartSeries, index: number): UPlot.Series {
  const color = colorOf(element, `--series-${colorIndex(index)}`);
  const bars = UPlot.paths.bars?.({ size: [0.7, 40] });
  return {
    label,
    stroke: color,
    width: kind === 'bars' ? 0 : 2,
    spanGaps: false,
    points: kind === 'bars' ? { show: false } : { size: 5, fill: color },
    ...(isComparison === true ? { dash: [5, 4] } : {}),
    ...(kind === 'area' ? { fill: faint(color, 0.2) } : {}),
    ...(kind === 'bars'
      ? { fill: isComparison === true ? faint(color, 0.33) : color, ...(bars === undefined ? {} : { paths: bars }) }
      : {}),
  };
}

/** Hatches stretches of which nothing is known, so that they don't look like zero. */
function drawGaps(plot: UPlot, gaps: readonly ChartGap[], color: string): void {
  const { ctx, bbox } = plot;
  for (const { from, to } of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(from.getTime() / 1000, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to.getTime() / 1000, 'x', true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = color;
    ctx.lineWidth = 2;
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 10) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}
