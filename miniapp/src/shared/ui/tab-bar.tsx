import type { JSX, ReactNode } from "react";
import { AppLink } from "../navigation.tsx";
import { haptics } from "../telegram/index.ts";
import styles from "./controls.module.css";

export interface TabBarItem {
  to: string;
  label: string;
  icon: ReactNode;
  isCurrent: boolean;
}

/** The app's roots. Inner screens hide it. */
export const TabBar = ({ label, items }: { label: string; items: readonly TabBarItem[] }): JSX.Element => (
  <nav className={styles.tabBar} aria-label={label}>
    {items.map((item) => (
      <AppLink
        key={item.to}
        to={item.to}
        className={styles.tabBarItem}
        aria-current={item.isCurrent ? "page" : undefined}
        onClick={() => haptics.selected()}
      >
        {item.icon}
        <span>{item.label}</span>
      </AppLink>
    ))}
  </nav>
);
