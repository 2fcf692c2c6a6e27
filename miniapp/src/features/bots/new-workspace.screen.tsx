/** A workspace of one's own, with the bot that opens it. */
import { href } from "@miniapp/app/paths.ts";
import { ChoiceRow } from "@miniapp/features/identity/components/choice-row.tsx";
import { LanguagePicker } from "@miniapp/features/identity/components/language-picker.tsx";
import { TimeZonePicker } from "@miniapp/features/identity/components/time-zone-picker.tsx";
import { meQuery, useMe } from "@miniapp/features/identity/me.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Fact, Field, Row, Screen, Section, SendIcon } from "@miniapp/shared/ui/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { Redirect } from "wouter";
import { type CreatedWorkspace, createWorkspace } from "./api.ts";
import { TokenField, TokenGuide } from "./token-field.tsx";
import { useTokenWrite } from "./use-token-write.ts";

export default function NewWorkspaceScreen(): JSX.Element {
  const { canCreateWorkspace } = useMe();
  const [made, setMade] = useState<CreatedWorkspace | null>(null);
  if (!canCreateWorkspace) return <Redirect to={href("profile")} replace />;
  return made === null ? <Form onCreated={setMade} /> : <Ready made={made} />;
}

function Form({ onCreated }: { onCreated(made: CreatedWorkspace): void }): JSX.Element {
  const t = useT();
  const queries = useQueryClient();
  const { locale, timeZone, sandbox } = useMe();
  const draft = useDraft("workspace-new", { name: "", locale, timeZone });
  const [token, setToken] = useState("");
  // One for each content of the form: whoever sends it again after a lost answer gets the workspace that was made.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [choosing, setChoosing] = useState<"language" | "zone" | null>(null);
  useClosingConfirmation(draft.isDirty || token !== "");
  const create = useTokenWrite(createWorkspace, (made) => {
    draft.clear();
    void queries.invalidateQueries({ queryKey: meQuery.queryKey });
    onCreated(made);
  });
  const renew = () => {
    setKey(crypto.randomUUID());
    create.reset();
  };
  const change = (part: Partial<typeof draft.value>) => {
    draft.change(part);
    renew();
  };
  const name = draft.value.name.trim();
  const missing = name === "" ? t("app.workspace.name_missing") : undefined;
  const submit = () => {
    if (!missing) create.run({ ...draft.value, name, token, key });
  };
  return (
    <Screen
      title={t("app.workspace.new")}
      back={href("profile")}
      main={{
        text: t(create.isElsewhere ? "app.bots.take_over" : "app.action.create"),
        onClick: submit,
        isBusy: create.isBusy,
        isDisabled: create.isOff || missing !== undefined || token.trim() === "",
      }}
    >
      <Section footer={missing}>
        <Field
          label={t("app.fact.name")}
          value={draft.value.name}
          onChange={(value) => change({ name: value })}
          maxLength={80}
        />
        <ChoiceRow
          title={t("app.fact.language")}
          value={t(`app.languages.${draft.value.locale}`)}
          onClick={() => setChoosing("language")}
        />
        <ChoiceRow title={t("app.fact.time_zone")} value={draft.value.timeZone} onClick={() => setChoosing("zone")} />
      </Section>
      <TokenField
        value={token}
        onChange={(value) => {
          setToken(value);
          renew();
        }}
        error={create.problem}
        footer={t("app.workspace.token_text")}
        onEnter={submit}
      />
      <TokenGuide />
      {sandbox && <Section footer={t("app.bots.sandbox")}>{null}</Section>}
      {choosing === "language" && (
        <LanguagePicker
          value={draft.value.locale}
          onPick={(value) => change({ locale: value })}
          onClose={() => setChoosing(null)}
        />
      )}
      {choosing === "zone" && (
        <TimeZonePicker
          value={draft.value.timeZone}
          onPick={(value) => change({ timeZone: value })}
          onClose={() => setChoosing(null)}
        />
      )}
    </Screen>
  );
}

function Ready({ made }: { made: CreatedWorkspace }): JSX.Element {
  const t = useT();
  const open = () => openAddress(made.chatLink);
  return (
    <Screen
      title={made.name}
      subtitle={t("app.workspace.ready")}
      back={href("profile")}
      main={{ text: t("app.bots.open"), onClick: open }}
    >
      <Section footer={t(made.canLaunchApp ? "app.workspace.start_text" : "app.bots.no_https")}>
        <Row before={<SendIcon />} title={`@${made.bot.username}`} tone="accent" onClick={open} />
      </Section>
      <Section footer={t("app.workspace.link_text")}>
        <Fact name={t("app.bots.address")} value={made.appUrl} canCopy isMono />
        <Fact name={t("app.workspace.link")} value={made.appLink} canCopy isMono />
      </Section>
    </Screen>
  );
}
