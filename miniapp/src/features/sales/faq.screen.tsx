import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import { Button, Empty, Field, Row, Section, Sheet, SheetBody, Tabs, toast } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { CatalogScreen } from "../audience/catalog-screen.tsx";
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
import { OrderedRows } from "./ordered-rows.tsx";

/** Questions that customers ask, with their answers, in the order of the help page. */
export default function FaqScreen(): JSX.Element {
  const t = useT();
  return (
    <CatalogScreen<FaqEntry>
      title={t("app.help.faq")}
      add={t("app.selling.new_question")}
      back={href("salesSettings")}
      right="shop.manage"
      list={(onOpen) => <Entries onOpen={onOpen} />}
      sheet={(entry, onClose) => <EntrySheet entry={entry} onClose={onClose} />}
    />
  );
}

function Entries({ onOpen }: { onOpen: ((entry: FaqEntry) => void) | undefined }): JSX.Element {
  const t = useT();
  const textIn = useTextIn();
  const query = useSuspenseQuery(faqQuery);
  const entries = query.data;
  if (entries.length === 0)
    return <Empty title={t("app.selling.no_questions")} text={t("app.selling.no_questions_text")} />;
  return (
    <>
      <Freshness of={query} />
      <Section>
        <OrderedRows
          label={t("app.help.faq")}
          queryKey={faqQuery.queryKey}
          items={entries}
          save={orderFaq}
          said={t("app.selling.reordered")}
          isOrdered={onOpen !== undefined}
          nameOf={({ question }) => textIn(question)}
          render={(entry) => (
            <Row
              title={textIn(entry.question)}
              subtitle={textIn(entry.answer)}
              {...(onOpen ? { onClick: () => onOpen(entry) } : {})}
            />
          )}
        />
      </Section>
    </>
  );
}

function EntrySheet({ entry, onClose }: { entry: FaqEntry | null; onClose(): void }): JSX.Element {
  const t = useT();
  const [language, setLanguage] = useState<Locale>(t.locale);
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
