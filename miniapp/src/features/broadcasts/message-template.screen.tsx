/** One template, new or kept: its name and its letter. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { ask, CopyIcon, Field, Row, Screen, Section, TrashIcon, toast } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
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

export function NewMessageTemplateScreen(): JSX.Element {
  return <Editor template={null} />;
}

export default function MessageTemplateScreen(): JSX.Element {
  const { messageTemplateId = "" } = useParams<Record<string, string>>();
  const { data: template } = useSuspenseQuery(templateQuery(messageTemplateId));
  return <Editor key={template.id} template={template} />;
}

function Editor({ template }: { template: MessageTemplate | null }): JSX.Element {
  const t = useT();
  const can = useCan();
  const back = href("messageTemplates");
  const goUp = useGoUp(back);
  const draft = useDraft<{ name: string; letter: Letter }>("template", {
    name: template?.name ?? "",
    letter: template?.letter ?? emptyLetter(t.locale),
  });
  const { name, letter } = draft.value;
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
  const stale = ["message-templates"];
  const save = useAct(
    (body: { name: string; letter: Letter }) => (template ? changeTemplate(template.id, body) : createTemplate(body)),
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
        mayWrite && (draft.isDirty || !template)
          ? {
              text: t("app.action.save"),
              onClick: () => save.run({ name, letter }),
              isBusy: save.isBusy,
              isDisabled: save.isOff || problems === null || reason !== null,
            }
          : undefined
      }
    >
      <Section>
        <Field
          label={t("app.mtemplates.name")}
          value={name}
          maxLength={80}
          isDisabled={!mayWrite}
          onChange={(next) => draft.change({ name: next })}
        />
      </Section>
      <LetterEditor value={letter} onChange={(next) => draft.change({ letter: next })} isReadOnly={!mayWrite} />
      {mayWrite && reason !== null && (draft.isDirty || !template) && <p className={styles.reason}>{reason}</p>}
      {mayWrite && template && (
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
