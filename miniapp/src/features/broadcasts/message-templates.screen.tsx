/** Messages that the team keeps for later. */
import { languageTitle } from "@backend/i18n/format.ts";
import { href } from "@miniapp/app/paths.ts";
import { matching, searchedFrom } from "@miniapp/features/operations/list-search.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Badge, ChatIcon, Empty, Row, Screen, Search, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan } from "../identity/me.ts";
import { beginningOf, type MessageTemplateSummary, templatesQuery } from "./letters-api.ts";

export default function MessageTemplatesScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const go = useGo();
  const { data: templates } = useSuspenseQuery(templatesQuery);
  const [search, setSearch] = useState("");
  const wordsIn = (template: MessageTemplateSummary) =>
    [template.name, ...Object.keys(template.beginnings).map((code) => beginningOf(template, code))].join(" ");
  const found = matching(templates, search, wordsIn);
  const add = () => go(href("newMessageTemplate"));
  const mayWrite = can("broadcasts.write");
  return (
    <Screen
      title={t("app.mtemplates.title")}
      back={href("broadcasts")}
      main={mayWrite && templates.length > 0 ? { text: t("app.mtemplates.new"), onClick: add } : undefined}
    >
      {templates.length > searchedFrom && (
        <Search value={search} onChange={setSearch} label={t("app.mtemplates.search")} />
      )}
      {templates.length === 0 && (
        <Empty
          title={t("app.mtemplates.empty")}
          text={t("app.mtemplates.empty_text")}
          {...(mayWrite ? { action: { text: t("app.mtemplates.new"), onClick: add } } : {})}
        />
      )}
      {templates.length > 0 && found.length === 0 && (
        <Empty
          title={t("app.state.nothing_found")}
          action={{ text: t("app.action.reset"), onClick: () => setSearch("") }}
        />
      )}
      {found.length > 0 && (
        <Section>
          {found.map((template) => (
            <TemplateRow key={template.id} template={template} />
          ))}
        </Section>
      )}
    </Screen>
  );
}

function TemplateRow({ template }: { template: MessageTemplateSummary }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      before={<ChatIcon />}
      title={template.name}
      subtitle={
        beginningOf(template, template.fallback) ||
        t("app.mtemplates.changed", { when: format.moment(template.updatedAt) })
      }
      note={Object.keys(template.beginnings).map((code) => <Badge key={code}>{languageTitle(t.locale, code)}</Badge>)}
      isNoteBelow
      to={href("messageTemplate", { messageTemplateId: template.id })}
    />
  );
}
