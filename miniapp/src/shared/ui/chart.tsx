import { type JSX, type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { haptics, useOwnVerticalSwipes } from "../telegram/index.ts";
import styles from "./chart.module.css";

export type ChartTone = "accent" | "good" | "bad" | "neutral";

/** One of at most four kinds of bars, the first at the bottom. Each has a shape of its own: plain, striped, dotted, hollow. */
export interface ChartSeries {
  name: string;
  tone: ChartTone;
  /** Beside its name while nothing is pointed at. */
  total?: string;
}

export interface ChartPoint {
  /** On the axis: "14:00", "21 Nov". */
  label: string;
  /** In the reading, where there is room: "Sat, 21 Nov". */
  title?: string;
  /** One of each series. */
  values: readonly number[];
  /** The same place one period earlier, all series together; drawn as a line. */
  before?: number | undefined;
}

export interface ChartProps {
  /** What is drawn; also the caption of the table that screen readers get. */
  label: string;
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  /** A value in words. */
  format(value: number): string;
  /** A value on the axis, where there is little room: "1.2K". */
  formatShort?(value: number): string;
  /** Said while nothing is pointed at: the total, usually. */
  summary: string;
  /** What the values of one point come to, where that is not their sum. */
  sumOf?(values: readonly number[]): string;
  /** What the line is, and its total in words. */
  before?: { name: string; total: string };
}

const height = 148;
const top = 16;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The least number with few digits that holds `value`, half of which has few digits too: both are written on the axis. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  // Few things are counted in whole ones.
  const steps = power === 1 ? [2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
  return (steps.find((one) => one * power >= value * 0.999_999) ?? 10) * power;
}

/** The width that it is drawn in, so that stripes and dots keep their shape. */
function useWidth(): readonly [React.RefObject<SVGSVGElement | null>, number] {
  const ref = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(340);
  useEffect(() => {
    const svg = ref.current;
    if (!svg) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(svg);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/**
 * Stacked bars over time, for up to about 200 points, with the earlier period as a line. Tap or drag to read a value; a vertical
 * swipe still scrolls the page.
 */
export function Chart(props: ChartProps): JSX.Element {
  const { label, series, points, format, formatShort, summary, before } = props;
  const { sumOf = (values: readonly number[]) => format(sum(values)) } = props;
  useOwnVerticalSwipes();
  const id = useId();
  const [ref, width] = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);
  const highest = roundUp(Math.max(0, ...points.map((point) => Math.max(sum(point.values), point.before ?? 0))));
  const slot = width / Math.max(1, points.length);
  const gap = Math.min(4, slot * 0.28);
  const scale = (value: number) => (value / highest) * (height - top);
  const point = pointed === null ? undefined : points[pointed];

  const read = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / box.width) * points.length);
    const next = Math.max(0, Math.min(points.length - 1, at));
    if (next !== pointed) {
      haptics.selected();
      setPointed(next);
    }
  };
  const line = points
    .map(({ before: value }, index) => ({ value, x: (index + 0.5) * slot }))
    .filter((one) => one.value !== undefined)
    .map(({ value, x }) => `${x.toFixed(1)},${(height - scale(value ?? 0)).toFixed(1)}`);
  const axis = axisOf(points);
  return (
    <figure className={styles.chart}>
      <output className={styles.output}>
        <span className={styles.reading}>
          <span>{point ? (point.title ?? point.label) : label}</span>
          <b>{point ? sumOf(point.values) : summary}</b>
        </span>
        {(series.length > 1 || before) && (
          <span className={styles.legend}>
            {series.length > 1 &&
              series.map((one, index) => (
                <span key={one.name} className={styles.entry}>
                  <svg className={styles.swatch} viewBox="0 0 12 12" aria-hidden="true">
                    <Bar box={{ x: 1, y: 1, width: 10, height: 10 }} shape={index} tone={one.tone} patterns={id} />
                  </svg>
                  {one.name} <b>{point ? format(point.values[index] ?? 0) : one.total}</b>
                </span>
              ))}
            {before && line.length > 0 && (
              <span className={styles.entry}>
                <svg className={styles.swatch} viewBox="0 0 12 12" aria-hidden="true">
                  <path d="M0 6H12" className={styles.before} />
                </svg>
                {before.name} <b>{point ? (point.before === undefined ? "–" : format(point.before)) : before.total}</b>
              </span>
            )}
          </span>
        )}
      </output>
      <svg
        ref={ref}
        className={styles.plot}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerDown={read}
        onPointerMove={(event) => {
          if (event.pointerType === "mouse" || event.buttons > 0) read(event);
        }}
        onPointerLeave={() => setPointed(null)}
      >
        <Patterns id={id} tones={series.map(({ tone }) => tone)} />
        {[1, 0.5].map((share) => (
          <path key={share} className={styles.grid} d={`M0 ${height - scale(highest * share)}H${width}`} />
        ))}
        {pointed !== null && (
          <rect className={styles.column} x={pointed * slot} y={top} width={slot} height={height - top} />
        )}
        {points.map((item, index) => {
          let y = height;
          const x = index * slot + gap / 2;
          const wide = Math.max(1, slot - gap);
          return (
            <g key={item.title ?? item.label}>
              {sum(item.values) <= 0 && <rect x={x} y={height - 2} width={wide} height={2} className={styles.zero} />}
              {item.values.map((value, place) => {
                if (value <= 0) return null;
                const tall = Math.max(1.5, scale(value));
                y -= tall;
                return (
                  <Bar
                    // biome-ignore lint/suspicious/noArrayIndexKey: a series is its place
                    key={place}
                    box={{ x, y, width: wide, height: tall }}
                    shape={place}
                    tone={series[place]?.tone ?? "neutral"}
                    patterns={id}
                  />
                );
              })}
            </g>
          );
        })}
        {line.length > 1 && <polyline points={line.join(" ")} className={styles.before} />}
        {line.length === 1 && <path d={`M0 ${line[0]?.split(",")[1]}H${width}`} className={styles.before} />}
        {[1, 0.5].map((share) => (
          <text key={share} className={styles.mark} x={2} y={height - scale(highest * share) - 4}>
            {(formatShort ?? format)(highest * share)}
          </text>
        ))}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        {axis.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a label is its place
          <span key={index}>{text}</span>
        ))}
      </div>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <td />
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {before && <th scope="col">{before.name}</th>}
          </tr>
        </thead>
        <tbody>
          {points
            .filter((item) => sum(item.values) > 0 || (item.before ?? 0) > 0)
            .map((item) => (
              <tr key={item.title ?? item.label}>
                <th scope="row">{item.title ?? item.label}</th>
                {item.values.map((value, index) => (
                  <td key={series[index]?.name}>{format(value)}</td>
                ))}
                {before && <td>{item.before === undefined ? "–" : format(item.before)}</td>}
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Labels with the same room between them: the first, the last and what lies between, as far as they fit. */
function axisOf(points: readonly ChartPoint[]): string[] {
  const count = Math.min(points.length, 4);
  if (count < 2) return points.map(({ label }) => label);
  return Array.from(
    { length: count },
    (_, index) => points[Math.round((index * (points.length - 1)) / (count - 1))]?.label ?? "",
  );
}

interface BarProps {
  box: { x: number; y: number; width: number; height: number };
  /** Which of the four shapes. */
  shape: number;
  tone: ChartTone;
  patterns: string;
}

function Bar({ box, shape, tone, patterns }: BarProps): JSX.Element {
  const rounded = { ...box, rx: Math.min(2, box.width / 4, box.height / 2) };
  if (shape === 0) return <rect {...rounded} className={`${styles.bar} ${styles[tone]}`} />;
  if (shape === 3) return <rect {...rounded} className={`${styles.hollow} ${styles[tone]}`} />;
  return <rect {...rounded} className={styles[tone]} fill={`url(#${patterns}-${shape}-${tone})`} />;
}

function Patterns({ id, tones }: { id: string; tones: readonly ChartTone[] }): JSX.Element {
  const [, striped, dotted] = tones;
  return (
    <defs>
      {striped && (
        <pattern
          id={`${id}-1-${striped}`}
          className={styles[striped]}
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="5" height="5" className={styles.ground} />
          <rect width="2.5" height="5" fill="currentColor" />
        </pattern>
      )}
      {dotted && (
        <pattern id={`${id}-2-${dotted}`} className={styles[dotted]} width="4" height="4" patternUnits="userSpaceOnUse">
          <rect width="4" height="4" className={styles.ground} />
          <circle cx="2" cy="2" r="1.1" fill="currentColor" />
        </pattern>
      )}
    </defs>
  );
}
