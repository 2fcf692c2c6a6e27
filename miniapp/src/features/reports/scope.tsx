/** Fields that watches and summaries share: what is counted, and whom it is told. */

import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { useCan } from "@miniapp/features/identity/me.ts";
import { isLocale, type Locale, useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { connectionsQuery } from "../conversions/api.ts";
import type { ChosenTarget } from "../conversions/target-picker.tsx";
import { LazyPicker } from "./lazy-picker.tsx";

export interface ConnectionChoice {
  id: string;
  name: string;
}

/** Nothing for people who do not see connections: all of them are counted. */
export function ConnectionField({
  value,
  onChange,
}: {
  value: ConnectionChoice | null;
  onChange(value: ConnectionChoice | null): void;
}): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const [isOpen, setOpen] = useState(false);
  const { data: connections = [] } = useQuery({ ...connectionsQuery, enabled: can("connections.read") });
  if (!can("connections.read")) return null;
  return (
    <>
      <ChoiceRow
        title={t("app.reporting.connection")}
        value={value?.name ?? t("app.reporting.any_connection")}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <LazyPicker
          kind="options"
          title={t("app.reporting.connection")}
          value={value?.id ?? ""}
          options={[
            { value: "", label: t("app.reporting.any_connection") },
            ...connections.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onPick={(id) => onChange(connections.find((known) => known.id === id) ?? null)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** The chat, and the language that it is told in. */
export function TargetSection({
  target,
  locale,
  onTarget,
  onLocale,
}: {
  target: ChosenTarget | null;
  locale: Locale;
  onTarget(target: ChosenTarget): void;
  onLocale(locale: Locale): void;
}): JSX.Element {
  const t = useT();
  const [isPicking, setPicking] = useState(false);
  return (
    <Section header={t("app.watch.whom")} footer={target ? undefined : t("app.reporting.chat_needed")}>
      <ChoiceRow
        title={t("app.reporting.chat")}
        value={target?.name ?? t("app.reporting.choose_chat")}
        onClick={() => setPicking(true)}
      />
      <Field
        kind="select"
        label={t("app.reporting.language")}
        value={locale}
        choices={(["en", "ru", "uk"] as const).map((value) => ({ value, label: t(`app.languages.${value}`) }))}
        onChange={(value) => {
          if (isLocale(value)) onLocale(value);
        }}
      />
      {isPicking && (
        <LazyPicker kind="target" chatId={target?.chatId ?? null} onPick={onTarget} onClose={() => setPicking(false)} />
      )}
    </Section>
  );
}

/** What the server shows of a target, as the picker gives it. */
export const chosenOf = (
  target: { chatId: string; threadId: number | null; name: string } | null,
): ChosenTarget | null => target && { chatId: target.chatId, threadId: target.threadId, name: target.name };
