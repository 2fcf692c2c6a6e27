import type { JSX, ReactNode } from "react";
import { sentenceOf, useT } from "../i18n.ts";
import { useIsOffline } from "../reachability.ts";
import { Button } from "./button.tsx";
import styles from "./feedback.module.css";
import { OfflineIcon, WarningIcon } from "./icons.tsx";

/** Grey rows in the measures of the real ones. Unseen for the first 150 ms, so that a fast answer does not flicker. */
export function Skeleton({
  rows = 5,
  height = 60,
  isSingle = false,
}: {
  rows?: number;
  height?: number;
  isSingle?: boolean;
}): JSX.Element {
  const t = useT();
  return (
    <div className={styles.skeleton} role="status" aria-label={t("app.state.loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
          key={index}
          className={`${styles.bone} ${isSingle ? styles.single : ""}`}
          style={{ "--bone": `${height}px` } as React.CSSProperties}
        />
      ))}
    </div>
  );
}

export interface EmptyProps {
  icon?: ReactNode;
  title?: string;
  /** Why it is empty, in one sentence. */
  text?: string;
  /** The one button that mends it. */
  action?: { text: string; onClick(): void };
}

export const Empty = ({ icon, title, text, action }: EmptyProps): JSX.Element => (
  <div className={styles.state}>
    {icon && <span className={styles.stateIcon}>{icon}</span>}
    {title && <p className={styles.stateTitle}>{title}</p>}
    {text && <p className={styles.stateText}>{text}</p>}
    {action && (
      <Button kind="plain" onClick={action.onClick}>
        {action.text}
      </Button>
    )}
  </div>
);

/** What failed, in the reader's words, and a way to try again. Details stay in the logs. */
export function Failure({
  error,
  onRetry,
  isCompact,
}: {
  error: unknown;
  onRetry?(): void;
  isCompact?: boolean;
}): JSX.Element {
  const t = useT();
  const isOffline = (error as { code?: string } | null)?.code === "common.offline";
  // A role's limit is answered the same way however often it is asked; a block may be lifted.
  const isForbidden = (error as { code?: string } | null)?.code === "common.forbidden";
  return (
    <div className={`${styles.state} ${isCompact ? styles.compact : ""}`} role="alert">
      {!isCompact && (
        <span className={styles.stateIcon}>{isOffline ? <OfflineIcon size={30} /> : <WarningIcon size={30} />}</span>
      )}
      <p className={styles.stateText}>{sentenceOf(t, error)}</p>
      {onRetry && !isForbidden && (
        <Button kind="plain" onClick={onRetry}>
          {t("app.action.retry")}
        </Button>
      )}
    </div>
  );
}

/** `done` of `total`; without a total only words, since a bar would be invented. Quarters are announced, not every tick. */
export function Progress({ label, done, total }: { label: string; done: number; total?: number }): JSX.Element {
  const share = total ? Math.min(1, done / total) : 0;
  const quarter = Math.floor(share * 4) * 25;
  return (
    <div className={styles.progress}>
      <div>{label}</div>
      {total !== undefined && total > 0 && (
        <>
          <div
            className={styles.track}
            role="progressbar"
            aria-label={label}
            aria-valuemin={0}
            aria-valuemax={total}
            aria-valuenow={done}
          >
            <div className={styles.bar} style={{ transform: `scaleX(${share})` }} />
          </div>
          <span className="visually-hidden" aria-live="polite">
            {`${quarter} %`}
          </span>
        </>
      )}
    </div>
  );
}

export { useIsOffline };

export function OfflineBanner(): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  return <div role="status">{isOffline && <div className={styles.banner}>{t("app.state.offline")}</div>}</div>;
}
