import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, PlusIcon, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { createTag, tagsQuery } from "./api.ts";

/** Stands for "a new one" in the picker; ids of tags are numbers. */
const fresh = "new";

/** Choosing a tag, or making one without leaving. `without` are not offered. */
export function TagPicker({
  title,
  without = [],
  canCreate,
  onPick,
  onClose,
}: {
  title: string;
  without?: readonly number[];
  canCreate: boolean;
  onPick(tagId: number): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const { data: tags = [] } = useQuery(tagsQuery);
  const [isNaming, setNaming] = useState(false);
  if (isNaming)
    return (
      <TagSheet
        onSaved={(id) => {
          onPick(id);
          onClose();
        }}
        onClose={onClose}
      />
    );
  return (
    <PickerSheet
      title={title}
      value={null}
      options={[
        ...(canCreate ? [{ value: fresh, label: t("app.tags.new"), before: <PlusIcon /> }] : []),
        ...tags.filter(({ id }) => !without.includes(id)).map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      onPick={(picked) => {
        if (picked !== fresh) return onPick(Number(picked));
        setNaming(true);
        return false;
      }}
      onClose={onClose}
    />
  );
}

function TagSheet({ onSaved, onClose }: { onSaved(id: number): void; onClose(): void }): JSX.Element {
  const t = useT();
  const [name, setName] = useState("");
  const create = useAct(createTag, { stale: ["audience"], onDone: ({ id }) => onSaved(id) });
  const save = () => {
    if (name.trim() !== "") create.run(name);
  };
  return (
    <Sheet title={t("app.tags.new")} onClose={onClose}>
      <SheetBody>
        <Section>
          <Field label={t("app.tags.name")} value={name} onChange={setName} maxLength={60} onEnter={save} />
        </Section>
        <Button isWide onClick={save} isBusy={create.isBusy} isDisabled={create.isOff || name.trim() === ""}>
          {t("app.audience.create")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
