/** Templates where a message is written: one is taken, or what was written is kept as one. */
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Empty, Field, Section } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { beginningOf, createTemplate, type Letter, templateQuery, templatesQuery } from "./letters-api.ts";

export function UseTemplateSheet({ onUse, onClose }: { onUse(letter: Letter): void; onClose(): void }): JSX.Element {
  const t = useT();
  const { data: templates = [] } = useQuery(templatesQuery);
  const queries = useQueryClient();
  const use = useAct((id: string) => queries.fetchQuery(templateQuery(id)), {
    stale: [],
    onDone: ({ letter }) => {
      onUse(letter);
      onClose();
    },
  });
  return (
    <PickerSheet
      title={t("app.mtemplates.use")}
      options={templates.map((template) => ({
        value: template.id,
        label: template.name,
        hint: beginningOf(template, template.fallback),
      }))}
      value={null}
      empty={<Empty title={t("app.mtemplates.empty")} text={t("app.mtemplates.empty_text")} />}
      onPick={(id) => {
        use.run(id);
        return false;
      }}
      onClose={onClose}
    />
  );
}

export function SaveAsTemplateSheet({ letter, onClose }: { letter: Letter; onClose(): void }): JSX.Element {
  const t = useT();
  const keep = useAct(createTemplate, {
    stale: ["message-templates"],
    done: t("app.mtemplates.saved"),
    onDone: onClose,
  });
  const [name, setName] = useState("");
  const save = () => {
    if (name.trim() !== "") keep.run({ name, letter });
  };
  return (
    <Sheet title={t("app.mtemplates.save_as")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Field label={t("app.mtemplates.name")} value={name} maxLength={80} onChange={setName} onEnter={save} />
        </Section>
        <Button isWide isBusy={keep.isBusy} isDisabled={keep.isOff || name.trim() === ""} onClick={save}>
          {t("app.action.save")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
