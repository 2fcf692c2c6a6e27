import { type JSX, type ReactNode, useLayoutEffect, useRef } from "react";
import { AppLink } from "../navigation.tsx";
import { haptics } from "../telegram/index.ts";
import styles from "./controls.module.css";

export interface Choice<T extends string> {
  value: T;
  label: string;
}

/** Two to four views of one screen. */
export function Tabs<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange(value: T): void;
}): JSX.Element {
  const move = (step: number) => {
    const at = choices.findIndex((choice) => choice.value === value);
    const next = choices[(at + step + choices.length) % choices.length];
    if (next) onChange(next.value);
  };
  return (
    <div
      className={styles.tabs}
      role="tablist"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") move(1);
        if (event.key === "ArrowLeft") move(-1);
      }}
    >
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          role="tab"
          aria-selected={choice.value === value}
          tabIndex={choice.value === value ? 0 : -1}
          className={styles.tab}
          onClick={() => {
            if (choice.value !== value) haptics.selected();
            onChange(choice.value);
          }}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}

/** Scrolls a bar so that `part` stands in its middle. Not scrollIntoView: it would move the page as well. */
function bringIntoSight(bar: HTMLElement | null, part: HTMLElement): void {
  if (!bar || bar.scrollWidth <= bar.clientWidth) return;
  const [outer, inner] = [bar.getBoundingClientRect(), part.getBoundingClientRect()];
  bar.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}

/**
 * The same look for views that have addresses of their own. As many as one likes: where they do not fit they are swiped sideways,
 * and the one that is open is brought into the middle, so that its neighbours show on both sides.
 */
export function LinkTabs({
  label,
  links,
  current,
}: {
  label: string;
  links: readonly { to: string; label: string }[];
  current: string;
}): JSX.Element {
  const bar = useRef<HTMLElement>(null);
  const place = links.findIndex(({ to }) => to === current);
  useLayoutEffect(() => {
    const open = bar.current?.children[place];
    if (open instanceof HTMLElement) bringIntoSight(bar.current, open);
  }, [place]);
  return (
    <nav ref={bar} className={`${styles.tabs} ${styles.linkTabs}`} aria-label={label}>
      {links.map((link) => (
        <AppLink
          key={link.to}
          to={link.to}
          className={styles.tab}
          style={{ display: "grid", placeItems: "center" }}
          aria-current={link.to === current ? "page" : undefined}
          onClick={() => haptics.selected()}
        >
          {link.label}
        </AppLink>
      ))}
    </nav>
  );
}

export interface ChipsProps<T extends string> {
  label: string;
  choices: readonly Choice<T>[];
  value: T | undefined;
  onChange(value: T | undefined): void;
  /** Chips of another kind, before or after the others: `Chips.Item`. */
  first?: ReactNode;
  last?: ReactNode;
}

/** Filters above a list: one is on, or none. */
export function Chips<T extends string>({ label, choices, value, onChange, first, last }: ChipsProps<T>): JSX.Element {
  const bar = useRef<HTMLFieldSetElement>(null);
  useLayoutEffect(() => {
    const on = bar.current?.querySelector("[aria-pressed=true]");
    // A filter that came with the address may be on and out of sight.
    if (on instanceof HTMLElement) bringIntoSight(bar.current, on);
  }, []);
  return (
    <fieldset ref={bar} className={styles.chips}>
      <legend className="visually-hidden">{label}</legend>
      {first}
      {choices.map((choice) => (
        <Chips.Item
          key={choice.value}
          isOn={choice.value === value}
          onClick={() => {
            haptics.selected();
            onChange(choice.value === value ? undefined : choice.value);
          }}
        >
          {choice.label}
        </Chips.Item>
      ))}
      {last}
    </fieldset>
  );
}

Chips.Item = function Chip({
  isOn,
  onClick,
  icon,
  children,
}: {
  isOn: boolean;
  onClick(): void;
  icon?: ReactNode;
  children: ReactNode;
}): JSX.Element {
  return (
    <button type="button" className={styles.chip} aria-pressed={isOn} onClick={onClick}>
      {icon}
      {children}
    </button>
  );
};
