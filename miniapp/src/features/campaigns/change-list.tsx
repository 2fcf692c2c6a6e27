import type { TrackerRow } from "@backend/modules/campaigns/domain/shares.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import type { JSX } from "react";
import type { Flow } from "./flow-api.ts";
import { changesBetween, type Parts, partNames } from "./flow-rows.ts";
import { ShareMark } from "./share-mark.tsx";
import styles from "./shares.module.css";
import { thingNames } from "./thing-names.ts";

/** What became of the rows between two states of a flow, offers first; in words when nothing did. */
export function ChangeList({
  from,
  to,
  names,
}: {
  from: Parts<TrackerRow>;
  to: Parts<TrackerRow>;
  names: Flow["names"];
}): JSX.Element {
  const t = useT();
  const changes = partNames.flatMap((part) => {
    const { label } = thingNames(t, part, names[part]);
    return changesBetween(from[part], to[part]).map((change) => ({ ...change, part, name: label(change.id) }));
  });
  if (changes.length === 0) return <div className={styles.note}>{t("app.shares.no_difference")}</div>;
  return (
    <ul className={styles.changes}>
      {changes.map(({ part, id, name, ...change }) => (
        <li key={`${part} ${id}`}>
          <span>{name}</span>
          <ShareMark {...change} />
        </li>
      ))}
    </ul>
  );
}
