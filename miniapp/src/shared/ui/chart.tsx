import { type JSX, type PointerEvent, useState } from "react";
import { haptics, useOwnVerticalSwipes } from "../telegram/index.ts";
import styles from "./chart.module.css";

export interface ChartPoint {
  /** On the axis and in the reading: "14:00", "21 Nov". */
  label: string;
  value: number;
}

export interface ChartProps {
  /** What is drawn; also the caption of the table that screen readers get. */
  label: string;
  points: readonly ChartPoint[];
  /** The value in words. */
  format(value: number): string;
  /** Said while nothing is pointed at: the total, usually. */
  summary: string;
}

const width = 320;
const height = 132;

/** Bars over time, for up to about 200 points. Tap or drag to read a value; a vertical swipe still scrolls the page. */
export function Chart({ label, points, format, summary }: ChartProps): JSX.Element {
  useOwnVerticalSwipes();
  const [pointed, setPointed] = useState<number | null>(null);
  const highest = Math.max(1, ...points.map((point) => point.value));
  const slot = width / Math.max(1, points.length);
  const gap = Math.min(4, slot * 0.28);
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
  return (
    <figure className={styles.chart}>
      <output className={styles.output}>
        <span>{point ? point.label : label}</span>
        <b>{point ? format(point.value) : summary}</b>
      </output>
      <svg
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
        {points.map((item, index) => {
          const tall = item.value === 0 ? 2 : Math.max(4, (item.value / highest) * (height - 4));
          return (
            <rect
              key={item.label}
              x={index * slot + gap / 2}
              y={height - tall}
              width={Math.max(1, slot - gap)}
              height={tall}
              rx={Math.min(3, slot / 4)}
              className={item.value === 0 ? styles.zero : `${styles.bar} ${index === pointed ? styles.on : ""}`}
            />
          );
        })}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        <span>{points[0]?.label}</span>
        <span>{points[Math.floor(points.length / 2)]?.label}</span>
        <span>{points.at(-1)?.label}</span>
      </div>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <tbody>
          {points
            .filter((item) => item.value > 0)
            .map((item) => (
              <tr key={item.label}>
                <th scope="row">{item.label}</th>
                <td>{format(item.value)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}
