/** How this workspace sends: two pairs of eyes, quiet hours, what one human may get, when a broadcast stops itself. */
import { limitsFrom, type SelfStop } from "@backend/modules/broadcasts/domain/self-stop.ts";
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Field, Screen, Section, Switch } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import {
  type BroadcastSettings,
  type BroadcastSettingsView,
  broadcastSettingsQuery,
  changeBroadcastSettings,
} from "./api.ts";
import { type Form, formOf, isClock, numbersOf, settingsOf } from "./settings-form.ts";

type Shares = Pick<SelfStop, "blockedPercent" | "optedOutPercent">;

export default function BroadcastSettingsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const { data: settings } = useSuspenseQuery(broadcastSettingsQuery);
  const format = useFormat();
  const draft = useDraft<Form>("settings", formOf(settings));
  const form = draft.value;
  const numbers = numbersOf(form);
  const body = settingsOf(form);
  const mayManage = can("workspace.manage");
  const save = useAct(changeBroadcastSettings, {
    stale: ["broadcasts"],
    done: t("app.saved"),
    onDone: () => {
      draft.clear();
      go(href("broadcasts"), { replace: true });
    },
  });
  const wrong = (value: number | null) => (value === null ? t("app.broadcast_settings.wrong") : undefined);
  const main =
    mayManage && draft.isDirty
      ? {
          text: t("app.action.save"),
          onClick: () => {
            if (body) save.run(body);
          },
          isBusy: save.isBusy,
          isDisabled: body === null || save.isOff,
        }
      : undefined;
  return (
    <Screen title={t("app.broadcasts.settings")} back={href("broadcasts")} main={main}>
      <fieldset disabled={!mayManage} style={{ display: "contents" }}>
        <Section footer={mayManage ? undefined : t("app.broadcast_settings.read_only")}>
          <Switch
            label={t("app.broadcast_settings.four_eyes")}
            hint={t("app.broadcast_settings.four_eyes_hint")}
            isOn={form.needsFourEyes}
            onChange={(needsFourEyes) => draft.change({ needsFourEyes })}
          />
        </Section>
        <Section>
          <Switch
            label={t("app.broadcast_settings.quiet")}
            hint={t("app.broadcast_settings.quiet_hint")}
            isOn={form.isQuiet}
            onChange={(isQuiet) => draft.change({ isQuiet })}
          />
          {form.isQuiet && (
            <>
              <Field
                kind="time"
                label={t("app.broadcast_settings.from")}
                value={form.from}
                error={isClock(form.from) ? undefined : t("app.broadcast_settings.no_time")}
                onChange={(from) => draft.change({ from: from.slice(0, 5) })}
              />
              <Field
                kind="time"
                label={t("app.broadcast_settings.to")}
                value={form.to}
                error={isClock(form.to) ? undefined : t("app.broadcast_settings.no_time")}
                onChange={(to) => draft.change({ to: to.slice(0, 5) })}
              />
            </>
          )}
        </Section>
        <Section>
          <Switch
            label={t("app.broadcast_settings.attention")}
            hint={t("app.broadcast_settings.attention_hint")}
            isOn={form.isLimited}
            onChange={(isLimited) => draft.change({ isLimited })}
          />
          {form.isLimited && (
            <>
              <Field
                kind="number"
                inputMode="numeric"
                label={t("app.broadcast_settings.messages")}
                value={form.messages}
                error={wrong(numbers.messages)}
                onChange={(messages) => draft.change({ messages })}
                maxLength={3}
              />
              <Field
                kind="number"
                inputMode="numeric"
                label={t("app.broadcast_settings.hours")}
                value={form.hours}
                error={wrong(numbers.hours)}
                onChange={(hours) => draft.change({ hours })}
                maxLength={3}
              />
            </>
          )}
        </Section>
        <Section footer={form.stopsItself ? usualWords(t, format, settings.usual, body?.selfStop ?? null) : undefined}>
          <Switch
            label={t("app.broadcast_settings.self_stop")}
            hint={t("app.broadcast_settings.self_stop_hint")}
            isOn={form.stopsItself}
            onChange={(stopsItself) => draft.change({ stopsItself })}
          />
          {form.stopsItself && (
            <>
              <Field
                kind="number"
                label={t("app.broadcast_settings.blocked")}
                value={form.blockedPercent}
                error={wrong(numbers.blockedPercent)}
                onChange={(blockedPercent) => draft.change({ blockedPercent })}
                maxLength={5}
              />
              <Field
                kind="number"
                label={t("app.broadcast_settings.opted_out")}
                value={form.optedOutPercent}
                error={wrong(numbers.optedOutPercent)}
                onChange={(optedOutPercent) => draft.change({ optedOutPercent })}
                maxLength={5}
              />
              <Field
                kind="number"
                inputMode="numeric"
                label={t("app.broadcast_settings.after")}
                value={form.afterSent}
                error={wrong(numbers.afterSent)}
                onChange={(afterSent) => draft.change({ afterSent })}
                maxLength={6}
              />
            </>
          )}
        </Section>
      </fieldset>
    </Screen>
  );
}

/** What turns away from this workspace usually, and at what a broadcast would pause with these numbers. */
function usualWords(
  t: AppTranslator,
  format: Format,
  usual: BroadcastSettingsView["usual"],
  allowed: BroadcastSettings["selfStop"],
): string {
  const shares = ({ blockedPercent, optedOutPercent }: Shares) => ({
    blocked: format.number(Math.round(blockedPercent * 10) / 10),
    opted: format.number(Math.round(optedOutPercent * 10) / 10),
  });
  const known = usual
    ? t("app.broadcast_settings.usual", { count: usual.broadcasts, ...shares(usual) })
    : t("app.broadcast_settings.usual_none");
  const limits = limitsFrom(allowed, usual);
  return limits ? `${known} ${t("app.broadcast_settings.limits_now", shares(limits))}` : known;
}
