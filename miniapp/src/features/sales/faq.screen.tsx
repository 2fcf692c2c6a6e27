import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import {
  Button,
  Empty,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Sheet,
  SheetBody,
  Skeleton,
  Tabs,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan, useMe } from "../identity/me.ts";
import { Freshness } from "../operations/components/freshness.tsx";
import {
  changeFaqEntry,
  createFaqEntry,
  deleteFaqEntry,
  type FaqEntry,
  faqQuery,
  type NewFaqEntry,
  orderFaq,
} from "./api.ts";
import { hasWords, languages, useTextIn } from "./local-text.ts";
import { useOrdering } from "./use-ordering.ts";

/** Questions that customers ask, with their answers, in the order of the help page. */
export default function FaqScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const [editing, setEditing] = useState<{ entry: FaqEntry | null } | null>(null);
  const mayManage = can("shop.manage");
  return (
    <Screen
      title={t("app.help.faq")}
      back={href("salesSettings")}
      main={
        mayManage && !editing
          ? { text: t("app.selling.new_question"), onClick: () => setEditing({ entry: null }) }
          : undefined
      }
    >
      <Loading skeleton={<Skeleton rows={4} />}>
        <Entries onOpen={mayManage ? (entry) => setEditing({ entry }) : undefined} />
      </Loading>
      {editing && <EntrySheet entry={editing.entry} onClose={() => setEditing(null)} />}
    </Screen>
  );
}

function Entries({ onOpen }: { onOpen: ((entry: FaqEntry) => void) | undefined }): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const query = useSuspenseQuery(faqQuery);
  const entries = query.data;
  const reorder = useOrdering(faqQuery.queryKey, entries, orderFaq);
  if (entries.length === 0)
    return <Empty title={t("app.selling.no_questions")} text={t("app.selling.no_questions_text")} />;
  const row = (entry: FaqEntry) => (
    <Row
      title={textIn(entry.question)}
      subtitle={textIn(entry.answer)}
      {...(onOpen ? { onClick: () => onOpen(entry) } : {})}
    />
  );
  return (
    <>
      <Freshness of={query} />
      <Section>
        {onOpen && entries.length > 1 ? (
          <ReorderList
            label={t("app.help.faq")}
            items={entries}
            keyOf={({ id }) => id}
            nameOf={({ question }) => textIn(question)}
            render={row}
            onChange={reorder}
          />
        ) : (
          entries.map((entry) => <div key={entry.id}>{row(entry)}</div>)
        )}
      </Section>
    </>
  );
}

function EntrySheet({ entry, onClose }: { entry: FaqEntry | null; onClose(): void }): JSX.Element {
  const t = useT();
  const { workspace } = useMe();
  const [language, setLanguage] = useState<Locale>(workspace.locale);
  const [written, setWritten] = useState<NewFaqEntry>(entry ?? { question: {}, answer: {} });
  const body = { question: written.question, answer: written.answer };
  const save = useAct(() => (entry ? changeFaqEntry({ id: entry.id, ...body }) : createFaqEntry(body)), {
    stale: ["shop"],
    done: t("app.saved"),
    onDone: onClose,
  });
  const again = useAct(createFaqEntry, { stale: ["shop"] });
  const remove = useAct(deleteFaqEntry, {
    stale: ["shop"],
    onDone: () => {
      if (entry)
        toast(t("app.selling.question_deleted"), {
          undo: () => again.run({ question: entry.question, answer: entry.answer }),
        });
      onClose();
    },
  });
  return (
    <Sheet title={t(entry ? "app.selling.question" : "app.selling.new_question")} onClose={onClose}>
      <SheetBody>
        <Tabs<Locale>
          label={t("app.selling.language")}
          choices={languages.map((value) => ({ value, label: t(`app.languages.${value}`) }))}
          value={language}
          onChange={setLanguage}
        />
        <Section footer={t("app.selling.languages_hint")}>
          <Field
            label={t("app.selling.question")}
            value={written.question[language] ?? ""}
            onChange={(text) => setWritten({ ...written, question: { ...written.question, [language]: text } })}
            maxLength={300}
          />
          <Field
            kind="textarea"
            label={t("app.selling.answer")}
            value={written.answer[language] ?? ""}
            onChange={(text) => setWritten({ ...written, answer: { ...written.answer, [language]: text } })}
            maxLength={4_000}
          />
        </Section>
        {entry && (
          <Section>
            <Row
              tone="danger"
              title={t("app.action.delete")}
              isDisabled={remove.isOff}
              onClick={() => remove.run(entry.id)}
            />
          </Section>
        )}
        <Button
          isWide
          onClick={() => save.run(undefined)}
          isBusy={save.isBusy}
          isDisabled={save.isOff || !hasWords(body.question) || !hasWords(body.answer)}
        >
          {t("app.action.save")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
