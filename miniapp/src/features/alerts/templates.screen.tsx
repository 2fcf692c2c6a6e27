/** Sets of texts for alerts: the workspace's own default, and those that routes choose. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Badge, Button, ChatIcon, Field, Row, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan } from "../identity/me.ts";
import { type AlertTemplate, createTemplate, templatesQuery } from "./api.ts";
import { useChange } from "./use-change.ts";

export default function TemplatesScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { data } = useSuspenseQuery(templatesQuery);
  const [isNaming, setNaming] = useState(false);
  return (
    <Screen
      title={t("app.templates.title")}
      back={href("routes")}
      main={can("connections.manage") ? { text: t("app.templates.add"), onClick: () => setNaming(true) } : undefined}
    >
      <Section footer={t("app.templates.explain")}>
        {data.items.map((template) => (
          <TemplateRow key={template.id} template={template} />
        ))}
      </Section>
      {isNaming && <NewTemplate onClose={() => setNaming(false)} />}
    </Screen>
  );
}

function TemplateRow({ template }: { template: AlertTemplate }): JSX.Element {
  const t = useT();
  const own = template.texts.length;
  return (
    <Row
      before={<ChatIcon />}
      title={template.isDefault ? t("app.templates.default") : template.name}
      subtitle={
        template.isDefault ? t("app.templates.default_hint") : t("app.templates.used_by", { count: template.usedBy })
      }
      isWrapped
      note={<Badge>{own === 0 ? t("app.templates.built_in") : t("app.templates.own_texts", { count: own })}</Badge>}
      isNoteBelow
      to={href("template", { templateId: template.id })}
    />
  );
}

function NewTemplate({ onClose }: { onClose(): void }): JSX.Element {
  const t = useT();
  const go = useGo();
  const change = useChange("alert-templates");
  const [name, setName] = useState("");
  const create = () => {
    if (name.trim() === "" || change.isBusy) return;
    change.run(() => createTemplate(name.trim()), {
      onDone: ({ id }) => {
        onClose();
        go(href("template", { templateId: id }));
      },
    });
  };
  return (
    <Sheet title={t("app.templates.add")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Field
            label={t("app.templates.name")}
            hint={t("app.templates.name_hint")}
            value={name}
            maxLength={80}
            onChange={setName}
            onEnter={create}
          />
        </Section>
        <Button isWide isBusy={change.isBusy} isDisabled={name.trim() === ""} onClick={create}>
          {t("app.templates.create")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
