/** The tracker's version of a flow beside ours: whose is taken, row by row or all at once. */
import { isActive, mergeChoice, type TrackerRow, totalOf } from "@backend/modules/campaigns/domain/shares.ts";
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics, pushBack } from "@miniapp/shared/telegram/index.ts";
import { Button, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { type JSX, useEffect, useRef, useState } from "react";
import type { Flow, PartName, Resolve } from "./flow-api.ts";
import { partNames } from "./flow-rows.ts";
import { type Choices, clashesOf, obviousChoices, type Side, versionsOf } from "./flow-versions.ts";
import styles from "./shares.module.css";
import { thingNames } from "./thing-names.ts";

export interface FlowConflictProps {
  flow: Flow;
  isBusy: boolean;
  onDone(ours: Resolve["ours"]): void;
  /** Where back leads while nothing forces a decision: to the draft. */
  onLeave?: (() => void) | undefined;
}

export default function FlowConflict({ flow, isBusy, onDone, onLeave }: FlowConflictProps): JSX.Element {
  const t = useT();
  const { percent } = useFormat();
  const leave = useRef(onLeave);
  // Newer than the screen's own way back, and so asked before it.
  useEffect(() => leave.current && pushBack(leave.current), []);
  const versions = versionsOf(flow);
  const clashes = clashesOf(versions);
  const [picked, setPicked] = useState<Choices>({});
  const choices = { ...obviousChoices(clashes), ...picked };
  const open = clashes.filter(({ key }) => choices[key] === undefined).length;
  const chooseAll = (side: Side) => {
    haptics.selected();
    setPicked(Object.fromEntries(clashes.map(({ key }) => [key, side])));
  };
  const oursOf = (part: PartName) =>
    clashes.filter((clash) => clash.part === part && choices[clash.key] === "ours").map(({ id }) => id);
  return (
    <Screen
      title={t("app.shares.conflict")}
      subtitle={flow.name}
      back={href("campaign", { campaignId: flow.campaign.id })}
      main={{
        text: t("app.shares.continue"),
        isBusy,
        isDisabled: open > 0,
        onClick: () => onDone({ offers: oursOf("offers"), landings: oursOf("landings") }),
      }}
    >
      <Section>
        <div className={styles.banner} role="alert">
          <p>{t("app.shares.conflict_why")}</p>
          <div className={styles.note}>{t("app.shares.conflict_text")}</div>
          <div className={styles.bannerDeeds}>
            <Button kind="plain" onClick={() => chooseAll("theirs")}>
              {t("app.shares.all_theirs")}
            </Button>
            <Button kind="plain" onClick={() => chooseAll("ours")}>
              {t("app.shares.all_ours")}
            </Button>
          </div>
        </div>
      </Section>
      {partNames.map((part) => {
        const names = thingNames(t, part, flow.names[part]);
        const here = clashes.filter((clash) => clash.part === part);
        if (here.length === 0) return null;
        const total = totalOf(mergeChoice(versions.ours[part], versions.theirs[part], new Set(oursOf(part))));
        return (
          <Section
            key={part}
            header={t(`app.shares.${part}`)}
            footer={
              open === 0 &&
              (total === 100
                ? t("app.shares.conflict_total", { total: percent(1) })
                : t("app.shares.conflict_total_wrong", { total: percent(total / 100) }))
            }
          >
            {here.map((clash) => (
              <fieldset key={clash.key} className={styles.clash}>
                <legend className={styles.name}>{names.label(clash.id)}</legend>
                {clash.base !== undefined && (
                  <div className={styles.note}>
                    {t("app.shares.before")} <Value row={clash.base} />
                  </div>
                )}
                <div className={styles.sides}>
                  {(["theirs", "ours"] as const).map((side) => (
                    <label key={side} className={styles.side}>
                      <span className={styles.sideName}>
                        <input
                          type="radio"
                          name={clash.key}
                          checked={choices[clash.key] === side}
                          onChange={() => {
                            haptics.selected();
                            setPicked((before) => ({ ...before, [clash.key]: side }));
                          }}
                        />
                        {t(`app.shares.side_${side}`)}
                      </span>
                      <span className={styles.sideValue}>
                        <Value row={clash[side]} />
                      </span>
                    </label>
                  ))}
                </div>
              </fieldset>
            ))}
          </Section>
        );
      })}
      {open > 0 && (
        <p className={styles.reason} role="status">
          {t("app.shares.choose_more", { count: open })}
        </p>
      )}
    </Screen>
  );
}

/** A share in words: "40 %", "20 %, off", "not in the flow". */
function Value({ row }: { row: TrackerRow | null }): JSX.Element {
  const t = useT();
  const { percent } = useFormat();
  if (row === null) return <>{t("app.shares.absent")}</>;
  const share = percent(row.share / 100);
  return <>{isActive(row) ? share : t("app.shares.value_off", { share })}</>;
}
