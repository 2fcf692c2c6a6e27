/** How many calls a connection takes. */
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Field, Screen, Section, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { connectionQuery } from "./api.ts";
import { useSettings } from "./use-settings.ts";

const most = { perSecond: 1_000, burst: 10_000 } as const;

/** A whole number from 1; null for an empty field, undefined for anything else. */
function readLimit(typed: string, max: number): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= max ? value : undefined;
}

export default function IntakeLimitsScreen(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const isOffline = useIsOffline();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const { apply, isPending } = useSettings(connectionId);
  const back = href("connection", { connectionId });
  const goUp = useGoUp(back);
  const { intakePerSecond, intakeBurst } = connection;
  const draft = useDraft("limits", {
    perSecond: intakePerSecond === null ? "" : String(intakePerSecond),
    burst: intakeBurst === null ? "" : String(intakeBurst),
  });
  useClosingConfirmation(draft.isDirty);
  const perSecond = readLimit(draft.value.perSecond, most.perSecond);
  const burst = readLimit(draft.value.burst, most.burst);
  const isFine = perSecond !== undefined && burst !== undefined;

  const save = () => {
    if (!isFine) return;
    apply({ intakePerSecond: perSecond, intakeBurst: burst }, { intakePerSecond, intakeBurst }, t("app.saved"), () => {
      draft.clear();
      goUp();
    });
  };
  const field = (name: "perSecond" | "burst", label: string, read: number | null | undefined) => (
    <Field
      label={label}
      placeholder={t("app.guards.limits_default")}
      error={read === undefined ? t("app.limits.invalid", { max: format.number(most[name]) }) : undefined}
      value={draft.value[name]}
      onChange={(value) => draft.change({ [name]: value })}
      inputMode="numeric"
      maxLength={6}
    />
  );
  return (
    <Screen
      title={t("app.limits.title")}
      subtitle={connection.name}
      back={back}
      main={
        draft.isDirty
          ? { text: t("app.action.save"), onClick: save, isBusy: isPending, isDisabled: !isFine || isOffline }
          : undefined
      }
    >
      <Section footer={t("app.limits.about")}>
        {field("perSecond", t("app.limits.per_second"), perSecond)}
        {field("burst", t("app.limits.burst"), burst)}
      </Section>
    </Screen>
  );
}
