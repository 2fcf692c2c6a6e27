/** The welcome message: written in Telegram's HTML, seen at once as Telegram will show it. */
import { renderLetter } from "@backend/modules/messaging/domain/letter.ts";
import { Message } from "@miniapp/features/messaging/components/message.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import type { JSX } from "react";
import { useMe } from "../identity/me.ts";
import type { Bot, SaveTexts } from "./api.ts";

type Content = NonNullable<SaveTexts["welcome"]>;

/** The text of a message or of what it shows; null for an album, which is only shown here. */
export const htmlOf = (content: Content | null): string | null =>
  content === null || content.kind === "album"
    ? null
    : content.kind === "text"
      ? content.html
      : (content.caption ?? null);

/** The stored message with another text: what else it has stays. Without any text there is no message, unless it shows something. */
export function withHtml(stored: Content | null, html: string): Content | null {
  const text = html.trim();
  if (stored && stored.kind !== "text") {
    if (stored.kind === "album") return stored;
    const { caption: _, ...rest } = stored;
    return text === "" ? rest : { ...rest, caption: text };
  }
  if (text === "") return null;
  return { ...(stored ?? { kind: "text" as const }), html: text };
}

export function Welcome({
  value,
  onChange,
  isDisabled,
  bot,
  stored,
  error,
  whenEmpty,
}: {
  value: string;
  onChange(value: string): void;
  isDisabled: boolean;
  bot: Bot;
  stored: Content | null;
  error: string | undefined;
  whenEmpty: string;
}): JSX.Element {
  const t = useT();
  const me = useMe();
  const shown = withHtml(stored, useSettled(value, 300));
  const preview =
    shown &&
    renderLetter(
      { fallback: "en", messages: { en: shown } },
      {
        language: "en",
        firstName: me.person?.name.split(" ")[0] ?? null,
        lastName: null,
        username: null,
        fields: {},
        source: null,
        bot: { username: bot.username, name: bot.name },
      },
    );
  return (
    <>
      <Section header={t("app.bots.welcome")} footer={value.trim() === "" && !shown ? whenEmpty : undefined}>
        <Field
          kind="textarea"
          label={t("app.bots.welcome")}
          hint={t("app.bots.welcome_hint", { variable: "{first_name|friend}" })}
          value={value}
          onChange={onChange}
          isDisabled={isDisabled || stored?.kind === "album"}
          error={error}
          maxLength={4_096}
        />
      </Section>
      {preview && (
        <Section header={t("app.bots.preview")}>
          <Message content={preview} />
        </Section>
      )}
    </>
  );
}
