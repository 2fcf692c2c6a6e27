/** How long conversions are kept, with what a change would delete before it is made. */
import { isKeepDays, leastKeepDays, mostKeepDays } from "@backend/modules/conversions/domain/retention.ts";
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Field, Loading, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useDeferredValue, useState } from "react";
import { changeRetention, retentionPreviewQuery, retentionQuery } from "./api.ts";

export default function RetentionScreen(): JSX.Element {
  return (
    <Loading skeleton={<Waiting />}>
      <Retention />
    </Loading>
  );
}

function Waiting(): JSX.Element {
  const t = useT();
  return (
    <Screen title={t("app.retention.title")} back={href("connections")}>
      <Skeleton rows={2} />
    </Screen>
  );
}

const usual = [90, 180, 365, 730] as const;
const ever = "ever";
const other = "other";

function Retention(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { data } = useSuspenseQuery(retentionQuery);
  const known = data.keepDays === null ? ever : String(data.keepDays);
  const [choice, setChoice] = useState(known);
  const [typed, setTyped] = useState("");
  const days = choice === ever ? null : Number(choice === other ? typed.trim() || "0" : choice);
  const isValid = days === null || isKeepDays(days);
  const isChanged = isValid && days !== data.keepDays;
  const asked = useDeferredValue(days !== null && isValid ? days : null);
  const preview = useQuery({ ...retentionPreviewQuery(asked ?? leastKeepDays), enabled: asked !== null });
  const save = useAct(changeRetention, {
    stale: ["retention"],
    done: t("app.saved"),
    onDone: ({ keepDays }) => setChoice(keepDays === null ? ever : String(keepDays)),
  });
  const found = asked === null ? undefined : preview.data;
  const loss =
    found === undefined
      ? undefined
      : found.isCapped
        ? t("app.retention.would_delete_capped", { number: format.number(found.count) })
        : t("app.retention.would_delete", { count: found.count });
  const confirmAndSave = async () => {
    const isSure =
      !found ||
      found.count === 0 ||
      (await ask({
        title: t("app.retention.confirm_title"),
        message: loss ?? "",
        confirm: t("app.retention.confirm"),
        cancel: t("app.action.cancel"),
        isDestructive: true,
      }));
    if (isSure) save.run(days);
  };
  const choices = [...new Set([...usual, ...(data.keepDays === null ? [] : [data.keepDays])])].sort((a, b) => a - b);
  return (
    <Screen
      title={t("app.retention.title")}
      back={href("connections")}
      main={
        isChanged
          ? {
              text: t("app.action.save"),
              onClick: () => void confirmAndSave(),
              isBusy: save.isBusy,
              // What would be deleted is said before it can be asked for.
              isDisabled: save.isOff || (days !== null && (found === undefined || asked !== days)),
            }
          : undefined
      }
    >
      <Section footer={t("app.retention.hint")}>
        <Field
          kind="select"
          label={t("app.retention.keep")}
          value={choice}
          choices={[
            { value: ever, label: t("app.retention.ever") },
            ...choices.map((count) => ({ value: String(count), label: t("app.retention.days", { count }) })),
            { value: other, label: t("app.retention.own") },
          ]}
          onChange={setChoice}
        />
        {choice === other && (
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.retention.days_field")}
            value={typed}
            onChange={setTyped}
            maxLength={4}
            error={
              typed !== "" && !isValid
                ? t("app.retention.days_wrong", { least: leastKeepDays, most: format.number(mostKeepDays) })
                : undefined
            }
          />
        )}
      </Section>
      <Section>
        <Row
          title={
            data.oldestAt ? t("app.retention.oldest", { when: format.day(data.oldestAt) }) : t("app.retention.none")
          }
        />
        {found && (
          <Row
            {...(found.count > 0 ? { tone: "danger" as const } : {})}
            title={found.count === 0 ? t("app.retention.would_keep") : loss}
            {...(found.count === 0
              ? {}
              : { subtitle: t("app.retention.before", { when: format.dateTime(found.before) }), isWrapped: true })}
          />
        )}
      </Section>
    </Screen>
  );
}
