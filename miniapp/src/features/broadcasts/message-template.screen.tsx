/** One template, new or kept: its name and its letter. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { ask, CopyIcon, Field, Row, Screen, Section, TrashIcon, toast, WarningIcon } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import styles from "./letter.module.css";
import { emptyLetter } from "./letter-draft.ts";
import { LetterEditor } from "./letter-editor.tsx";
import { useLetterProblems } from "./letter-problems.ts";
import {
  changeTemplate,
  copyTemplate,
  createTemplate,
  deleteTemplate,
  type Letter,
  type MessageTemplate,
  templateQuery,
} from "./letters-api.ts";

interface Draft {
  name: string;
  letter: Letter;
  /** `updatedAt` of the template that it was begun from; "" for a new one. */
  seenAt: string;
}

const stale = ["message-templates"];

export function NewMessageTemplateScreen(): JSX.Element {
  return <Editor template={null} />;
}

export default function MessageTemplateScreen(): JSX.Element {
  const { messageTemplateId = "" } = useParams<Record<string, string>>();
  const { data: template, error } = useSuspenseQuery(templateQuery(messageTemplateId));
  return <Editor key={template.id} template={template} isGone={codeOf(error) === "letters.template_not_found"} />;
}

const codeOf = (failure: unknown) => (failure as { code?: string } | null)?.code;

/** `isGone`: somebody deleted it while it was looked at. */
function Editor({ template, isGone = false }: { template: MessageTemplate | null; isGone?: boolean }): JSX.Element {
  const t = useT();
  const can = useCan();
  const back = href("messageTemplates");
  const goUp = useGoUp(back);
  const queries = useQueryClient();
  const draft = useDraft<Draft>("template", {
    name: template?.name ?? "",
    letter: template?.letter ?? emptyLetter(t.locale),
    seenAt: template?.updatedAt ?? "",
  });
  const { name, letter, seenAt } = draft.value;
  // With the first letter that is typed the state is kept which it was typed over, also when the page is dropped and comes back.
  const write = (part: Partial<Draft>) => draft.change({ seenAt, ...part });
  const isTorn = template !== null && draft.isDirty && seenAt !== template.updatedAt && !isGone;
  const problems = useLetterProblems(letter);
  const mayWrite = can("broadcasts.write");
  useClosingConfirmation(draft.isDirty);

  const stopping = problems?.filter(({ isWarning }) => !isWarning) ?? [];
  /** Why it cannot be saved; null when it can. */
  const reason =
    name.trim() === ""
      ? t("app.mtemplates.name_first")
      : stopping.some(({ code }) => code !== "letters.empty")
        ? t("app.mtemplates.fix_first")
        : stopping.length > 0
          ? t("app.mtemplates.write_first")
          : null;
  const leave = () => {
    draft.clear();
    goUp();
  };
  const save = useAct(
    (body: Draft) =>
      template && !isGone
        ? changeTemplate(template.id, body).catch((failure: unknown) => {
            // Somebody was faster: what is there now is shown before the next press.
            void queries.invalidateQueries({ queryKey: stale });
            throw failure;
          })
        : createTemplate({ name: body.name, letter: body.letter }),
    { stale, done: t("app.saved"), onDone: leave },
  );
  const copy = useAct(copyTemplate, {
    stale,
    onDone: (made) => toast(t("app.mtemplates.copied", { name: made.name })),
  });
  const remove = useAct(deleteTemplate, { stale, done: t("app.mtemplates.deleted"), onDone: leave });
  const confirmRemoval = async (id: string) => {
    const isSure = await ask({
      title: t("app.mtemplates.delete"),
      message: t("app.mtemplates.delete_ask", { name: template?.name ?? "" }),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(id);
  };
  return (
    <Screen
      title={template?.name ?? t("app.mtemplates.new")}
      back={back}
      main={
        mayWrite && !isTorn && (draft.isDirty || !template || isGone)
          ? {
              text: t(isGone ? "app.mtemplates.save_new" : "app.action.save"),
              onClick: () => save.run({ name, letter, seenAt }),
              isBusy: save.isBusy,
              isDisabled: save.isOff || problems === null || reason !== null,
            }
          : undefined
      }
    >
      {isTorn && (
        <Section header={t("app.broadcast.two_write")} footer={t("app.broadcast.two_write_text")}>
          <Row
            tone="accent"
            title={t("app.broadcast.keep_mine")}
            isDisabled={save.isOff || reason !== null}
            onClick={() => save.run({ name, letter, seenAt: template.updatedAt })}
          />
          <Row tone="accent" title={t("app.broadcast.take_theirs")} onClick={draft.clear} />
        </Section>
      )}
      {isGone && mayWrite && (
        <Section footer={t("app.mtemplates.gone_text")}>
          <Row before={<WarningIcon />} title={t("app.mtemplates.gone")} isWrapped />
        </Section>
      )}
      <Section>
        <Field
          label={t("app.mtemplates.name")}
          value={name}
          maxLength={80}
          isDisabled={!mayWrite}
          onChange={(next) => write({ name: next })}
        />
      </Section>
      <LetterEditor value={letter} onChange={(next) => write({ letter: next })} isReadOnly={!mayWrite} />
      {mayWrite && reason !== null && (draft.isDirty || !template) && <p className={styles.reason}>{reason}</p>}
      {mayWrite && template && !isGone && (
        <Section>
          <Row
            before={<CopyIcon />}
            tone="accent"
            title={t("app.mtemplates.copy")}
            isDisabled={copy.isOff}
            onClick={() => copy.run(template.id)}
          />
          <Row
            before={<TrashIcon />}
            tone="danger"
            title={t("app.mtemplates.delete")}
            isDisabled={remove.isOff}
            onClick={() => void confirmRemoval(template.id)}
          />
        </Section>
      )}
    </Screen>
  );
}
