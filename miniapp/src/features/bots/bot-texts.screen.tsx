/** What a bot says of itself and says first, in one language at a time. */
import { maxOwnCommands, readCommands, textLimits, writeCommands } from "@backend/modules/bots/domain/texts.ts";
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT, withWords } from "@miniapp/shared/i18n.ts";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Field, Loading, Row, Screen, Section, Skeleton, Tabs, toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { type BotTexts, botQuery, type SaveTexts, saveTexts, textsQuery } from "./api.ts";
import type { WelcomeProps } from "./welcome.tsx";

const loadWelcome: LoadCode<WelcomeProps> = withWords("letters", () => import("./welcome.tsx"));

const languages = ["default", "en", "ru", "uk"] as const;
type Language = (typeof languages)[number];

export default function BotTextsScreen(): JSX.Element {
  const t = useT();
  const { botId = "" } = useParams<{ botId: string }>();
  const [language, choose] = useState<Language>("default");
  return (
    <Loading
      skeleton={
        <Screen title={t("app.bots.texts")} back={href("bot", { botId })}>
          <Skeleton rows={1} height={44} isSingle />
          <Skeleton rows={2} height={120} />
        </Screen>
      }
    >
      <Editor key={language} botId={botId} language={language} onLanguage={choose} />
    </Loading>
  );
}

interface Form {
  welcome: SaveTexts["welcome"];
  name: string;
  shortDescription: string;
  description: string;
  menuButton: string;
  commands: string;
}

const formOf = (texts: BotTexts): Form => ({
  welcome: texts.welcome,
  name: texts.name ?? "",
  shortDescription: texts.shortDescription ?? "",
  description: texts.description ?? "",
  menuButton: texts.menuButton ?? "",
  commands: writeCommands(texts.commands ?? []),
});

/** What is saved; null where the commands cannot be read. */
function bodyOf(form: Form): SaveTexts | null {
  const commands = readCommands(form.commands);
  if (!commands.ok || commands.commands.length > maxOwnCommands) return null;
  const filled = (text: string) => (text.trim() === "" ? null : text.trim());
  return {
    welcome: form.welcome,
    name: filled(form.name),
    shortDescription: filled(form.shortDescription),
    description: filled(form.description),
    menuButton: filled(form.menuButton),
    commands: commands.commands.length > 0 ? commands.commands : null,
  };
}

function Editor({
  botId,
  language,
  onLanguage,
}: {
  botId: string;
  language: Language;
  onLanguage(language: Language): void;
}): JSX.Element {
  const t = useT();
  const can = useCan();
  const isOffline = useIsOffline();
  const queries = useQueryClient();
  const bot = useSuspenseQuery(botQuery(botId)).data;
  const stored = useSuspenseQuery(textsQuery(botId, language)).data;
  const draft = useDraft<Form>(`says-${language}`, formOf(stored));
  const save = useMutation({ mutationFn: saveTexts });
  useClosingConfirmation(draft.isDirty);
  const mayManage = can("bots.manage");
  const form = draft.value;
  const body = bodyOf(form);
  const isGeneral = language === "default";

  const submit = () => {
    if (!body) return;
    save.mutate(
      { botId, language, texts: body },
      {
        onSuccess: (texts) => {
          haptics.succeeded();
          toast(t("app.saved"));
          queries.setQueryData(textsQuery(botId, language).queryKey, texts);
          draft.clear();
        },
        onError: (error) => {
          haptics.failed();
          toast(sentenceOf(t, error));
        },
      },
    );
  };
  const field = (name: Exclude<keyof Form, "welcome">) => ({
    value: form[name],
    onChange: (value: string) => draft.change({ [name]: value }),
    isDisabled: !mayManage,
  });

  return (
    <Screen
      title={t("app.bots.texts")}
      subtitle={`@${bot.username}`}
      back={href("bot", { botId })}
      main={
        mayManage && draft.isDirty
          ? {
              text: t("app.action.save"),
              onClick: submit,
              isBusy: save.isPending,
              isDisabled: body === null || isOffline,
            }
          : undefined
      }
    >
      <Tabs
        label={t("app.bots.language")}
        choices={languages.map((value) => ({
          value,
          label: value === "default" ? t("app.bots.everybody") : value.toUpperCase(),
        }))}
        value={language}
        onChange={onLanguage}
      />
      <Troubles texts={stored} />
      <Loading skeleton={<Skeleton rows={2} isSingle height={62} />} isCompact>
        <LoadedWith
          name="bot-welcome"
          load={loadWelcome}
          props={{
            value: form.welcome,
            onChange: (welcome) => draft.change({ welcome }),
            language: isGeneral ? t.locale : language,
            isReadOnly: !mayManage,
            whenEmpty: t(isGeneral ? "app.bots.welcome_none" : "app.bots.welcome_inherited"),
          }}
        />
      </Loading>
      <Section header={t("app.bots.profile")} footer={t("app.bots.language_hint")}>
        <Field
          {...field("name")}
          label={t("app.bots.name")}
          hint={t("app.bots.name_hint")}
          maxLength={textLimits.name}
          placeholder={bot.name}
        />
        <Field
          {...field("shortDescription")}
          label={t("app.bots.short_description")}
          hint={t("app.bots.short_description_hint")}
          maxLength={textLimits.shortDescription}
        />
        <Field
          {...field("description")}
          kind="textarea"
          label={t("app.bots.description")}
          hint={t("app.bots.description_hint")}
          maxLength={textLimits.description}
        />
        {isGeneral && (
          <Field
            {...field("menuButton")}
            label={t("app.bots.menu_button")}
            hint={t("app.bots.menu_button_hint")}
            maxLength={textLimits.menuButton}
          />
        )}
      </Section>
      <Section header={t("app.bots.commands")} footer={body ? undefined : t("app.bots.save_wrong")}>
        <Field
          {...field("commands")}
          kind="textarea"
          isMono
          label={t("app.bots.commands")}
          hint={t("app.bots.commands_hint")}
          error={useCommandProblem(form.commands)}
        />
      </Section>
    </Screen>
  );
}

function useCommandProblem(text: string): string | undefined {
  const t = useT();
  const read = readCommands(text);
  if (!read.ok) return t("app.bots.commands_wrong", { line: read.line });
  return read.commands.length > maxOwnCommands ? t("app.bots.commands_many", { max: maxOwnCommands }) : undefined;
}

/** What Telegram has not taken, and why. */
function Troubles({ texts }: { texts: BotTexts }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (!texts.problem && !texts.nextTryAt) return null;
  return (
    <Section>
      {texts.problem && <Row title={t("app.bots.refused", { reason: texts.problem })} tone="danger" />}
      {texts.nextTryAt && <Row title={t("app.bots.name_waits", { when: format.time(texts.nextTryAt) })} />}
    </Section>
  );
}
