import type { JSX, ReactNode } from "react";
import styles from "./badge.module.css";

export type Tone = "neutral" | "good" | "warn" | "bad";
const classOf = (tone: Tone | "accent") => (tone === "accent" ? "" : (styles[tone] ?? ""));

/** A short state. Its word carries the meaning, the tone only repeats it. */
export const Badge = ({ children, tone = "neutral" }: { children: ReactNode; tone?: Tone }): JSX.Element => (
  <span className={`${styles.badge} ${classOf(tone)}`}>{children}</span>
);

/** A coloured point beside a word that says the same. */
export const Dot = ({ tone = "neutral" }: { tone?: Tone }): JSX.Element => (
  <span className={`${styles.dot} ${classOf(tone)}`} aria-hidden="true" />
);

/** A circle with an icon or the initials of a name. */
export function Avatar({
  name,
  icon,
  tone = "accent",
}: {
  name?: string;
  icon?: ReactNode;
  tone?: Tone | "accent";
}): JSX.Element {
  const initials = (name ?? "")
    .split(/\s+/)
    .map((word) => [...word].find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? "")
    .filter(Boolean)
    .slice(0, 2)
    .join("");
  return (
    <span className={`${styles.avatar} ${classOf(tone)}`} data-avatar="" aria-hidden="true">
      {icon ?? initials.toUpperCase()}
    </span>
  );
}
