/** The text of one status in one language: written with variables, seen at once as Telegram will show it. */
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { isLocale, type Locale, sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Empty, ReplayIcon, Row, Screen, Section, Skeleton, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useRef, useState } from "react";
import { useParams } from "wouter";
import { statusKey } from "../conversions/status.tsx";
import { useCan } from "../identity/me.ts";
import { Message } from "../messaging/components/message.tsx";
import {
  type AlertTemplate,
  type Preview,
  previewQuery,
  setText,
  type TemplateStatusName,
  templatesQuery,
} from "./api.ts";
import { ConversionChooser } from "./conversion-chooser.tsx";
import { TemplateArea, type TemplateAreaHandle } from "./template-area.tsx";
import { isTemplateStatus } from "./template-statuses.ts";
import { TemplateVariables } from "./template-variables.tsx";
import { useChange } from "./use-change.ts";

export default function TemplateTextScreen(): JSX.Element {
  const t = useT();
  const { templateId = "", status = "", locale = "" } = useParams<Record<string, string>>();
  const { data } = useSuspenseQuery(templatesQuery);
  const template = data.items.find(({ id }) => id === templateId);
  if (!template || !isLocale(locale) || !isTemplateStatus(status))
    return (
      <Screen title={t("app.templates.title")} back={href("templates")}>
        <Empty text={t("app.templates.gone")} />
      </Screen>
    );
  const builtIn = data.builtIn[locale];
  return <Editor key={`${templateId} ${status} ${locale}`} {...{ template, status, locale, builtIn }} />;
}

interface EditorProps {
  template: AlertTemplate;
  status: TemplateStatusName;
  locale: Locale;
  builtIn: string;
}

/** What is said now: the set's own text, else its text for all statuses, else the built-in one. */
function textsOf({ template, status, locale, builtIn }: EditorProps): { own: string | null; inherited: string } {
  const find = (name: TemplateStatusName) =>
    template.texts.find((text) => text.status === name && text.locale === locale)?.body ?? null;
  return { own: find(status), inherited: (status === "any" ? null : find("any")) ?? builtIn };
}

function Editor(props: EditorProps): JSX.Element {
  const { template, status, locale } = props;
  const t = useT();
  const can = useCan();
  const isOffline = useIsOffline();
  const { own, inherited } = textsOf(props);
  const back = href("template", { templateId: template.id });
  const goUp = useGoUp(back);
  const change = useChange("alert-templates");
  const draft = useDraft<{ body: string }>("text", { body: own ?? inherited });
  const { body } = draft.value;
  const [conversionId, setConversionId] = useState<string | null>(null);
  const area = useRef<TemplateAreaHandle>(null);
  const mayManage = can("connections.manage");
  useClosingConfirmation(draft.isDirty);

  const settled = useSettled(body, 400);
  const preview = useQuery({
    ...previewQuery({ body: settled, status, locale, ...(conversionId ? { conversionId } : {}) }),
    retry: false,
  });
  const problems = settled === body ? (preview.data?.problems ?? []) : [];
  const write = (text: string | null) => setText({ id: template.id, text: { status, locale, body: text } });
  const save = () =>
    change.run(() => write(body), {
      said: t("app.saved"),
      undo: () => write(own),
      onDone: () => {
        draft.clear();
        goUp();
      },
    });
  const reset = () => {
    draft.clear();
    if (own === null) return;
    change.run(() => write(null), { said: t("app.text.reset_done"), undo: () => write(own) });
  };
  return (
    <Screen
      title={status === "any" ? t("app.templates.any") : t(statusKey(status))}
      subtitle={`${template.isDefault ? t("app.templates.default") : template.name} · ${t(`app.languages.${locale}`)}`}
      back={back}
      main={
        mayManage && draft.isDirty && body !== own
          ? {
              text: t("app.action.save"),
              onClick: save,
              isBusy: change.isBusy,
              isDisabled: isOffline || body.trim() === "" || problems.length > 0,
            }
          : undefined
      }
    >
      <Section
        header={t("app.text.body")}
        footer={
          own === null && !draft.isDirty
            ? t("app.text.inherited")
            : t("app.text.parts_hint", { amount_before: "{amount_before}", subid: "{subid}" })
        }
      >
        <TemplateArea
          ref={area}
          label={t("app.text.body")}
          value={body}
          length={preview.data?.length ?? null}
          isReadOnly={!mayManage}
          onChange={(next) => draft.change({ body: next })}
        />
        {problems.map((problem) => (
          <Row key={`${problem.code} ${problem.message}`} title={problem.message} tone="danger" />
        ))}
      </Section>
      <PreviewPart
        preview={preview.data}
        error={preview.error}
        isPending={preview.isPending}
        isOfLast={conversionId === null}
        onChoose={setConversionId}
      />
      {mayManage && (
        <>
          {(own !== null || draft.isDirty) && (
            <Section>
              <Row
                before={<ReplayIcon />}
                tone="accent"
                title={t(status === "any" ? "app.text.reset" : "app.text.reset_to_any")}
                isDisabled={change.isBusy}
                onClick={reset}
              />
            </Section>
          )}
          <TemplateVariables
            values={preview.data?.values ?? {}}
            onInsert={(name) => area.current?.insert(`{${name}}`)}
          />
        </>
      )}
    </Screen>
  );
}

function PreviewPart({
  preview,
  error,
  isPending,
  isOfLast,
  onChoose,
}: {
  preview: Preview | undefined;
  error: unknown;
  isPending: boolean;
  isOfLast: boolean;
  onChoose(conversionId: string | null): void;
}): JSX.Element {
  const t = useT();
  const can = useCan();
  const [isChoosing, setChoosing] = useState(false);
  const with_ = preview?.conversionId ?? null;
  return (
    <>
      <Section
        header={t("app.text.preview")}
        footer={with_ === null ? t("app.text.invented") : t(isOfLast ? "app.text.of_last" : "app.text.of_chosen")}
      >
        {isPending && <Skeleton rows={1} height={120} isSingle />}
        {error !== null && !preview && <Row title={sentenceOf(t, error)} />}
        {preview && preview.html !== "" && <Message content={{ kind: "text", html: preview.html }} />}
        {preview && preview.html === "" && <Row title={t("app.text.unseen")} />}
        {can("conversions.read") && (
          <Row tone="accent" title={t("app.text.choose")} onClick={() => setChoosing(true)} />
        )}
      </Section>
      {isChoosing && (
        <ConversionChooser
          isOne
          chosen={with_ === null ? [] : [with_]}
          onChange={([id]) => onChoose(id ?? null)}
          onClose={() => setChoosing(false)}
        />
      )}
    </>
  );
}
