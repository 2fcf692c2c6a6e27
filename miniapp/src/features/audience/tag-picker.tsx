import { useT } from "@miniapp/shared/i18n.ts";
import { PlusIcon } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { tagsQuery } from "./api.ts";
import { TagSheet } from "./tag-sheet.tsx";

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
        tag={null}
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
