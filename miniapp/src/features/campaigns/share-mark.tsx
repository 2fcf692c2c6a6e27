import { isActive } from "@backend/modules/campaigns/domain/shares.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, DownIcon, UpIcon } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { RowChange } from "./flow-rows.ts";
import styles from "./shares.module.css";

/** How a row differs: the old share struck through, the new one with an arrow, and the same in words for whoever hears it. */
export function ShareMark({ from, to }: Pick<RowChange, "from" | "to">): JSX.Element {
  const t = useT();
  const { percent } = useFormat();
  const say = (share: number) => percent(share / 100);
  if (to === null)
    return (
      <span className={styles.mark}>
        <Badge>{t("app.shares.gone")}</Badge>
        {from && <del>{say(from.share)}</del>}
      </span>
    );
  if (from === null)
    return (
      <span className={styles.mark}>
        <Badge tone="good">{t("app.shares.new")}</Badge>
        <span className={styles.up}>{say(to.share)}</span>
      </span>
    );
  const isUp = to.share > from.share;
  return (
    <span className={styles.mark}>
      {isActive(to) !== isActive(from) && (
        <Badge tone="warn">{t(isActive(to) ? "app.shares.switched_on" : "app.shares.switched_off")}</Badge>
      )}
      {to.share !== from.share && (
        <>
          <span className="visually-hidden">
            {t("app.shares.was_now", { from: say(from.share), to: say(to.share) })}
          </span>
          <del aria-hidden="true">{say(from.share)}</del>
          <span aria-hidden="true" className={isUp ? styles.up : styles.down}>
            {isUp ? <UpIcon size={16} /> : <DownIcon size={16} />}
            {say(to.share)}
          </span>
        </>
      )}
    </span>
  );
}
