/** Tags on and off many: those that were tapped, or all that the filter finds. */
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, PlusIcon, Row, Section, Tabs, TrashIcon, toast } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { countQuery, type SubscriberFilter, tagMany, tagsQuery } from "./api.ts";
import { TagPicker } from "./tag-picker.tsx";

/** More than a hand can choose is asked about before. */
const askedAbove = 500;

export default function BulkTags({
  filter,
  selected,
}: {
  filter: SubscriberFilter;
  selected: readonly string[];
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [which, setWhich] = useState<"selected" | "all">(selected.length > 0 ? "selected" : "all");
  const [choosing, setChoosing] = useState<"add" | "remove" | null>(null);
  const { data: found } = useQuery(countQuery(filter));
  const { data: tags = [] } = useQuery(tagsQuery);
  // Tapping a row says which ones are meant.
  const [seen, setSeen] = useState(selected.length);
  if (seen !== selected.length) {
    setSeen(selected.length);
    if (selected.length > seen) setWhich("selected");
  }
  const isAll = which === "all";
  const count = isAll ? (found?.count ?? 0) : selected.length;
  const tag = useAct(tagMany, {
    stale: ["audience"],
    onDone: ({ state, total }) =>
      toast(t(state === "done" ? "app.bulk_tags.done" : "app.bulk_tags.begun", { count: total })),
  });
  const begin = async (verb: "add" | "remove", tagId: number) => {
    const name = tags.find(({ id }) => id === tagId)?.name ?? "";
    const isSure =
      count <= askedAbove ||
      (await ask({
        title: t(`app.bulk_tags.${verb}`),
        message: t(`app.bulk_tags.${verb}_text`, { count, name }),
        confirm: t(`app.bulk_tags.${verb}`),
        cancel: t("app.action.cancel"),
        isDestructive: verb === "remove",
      }));
    if (isSure) tag.run({ [verb]: [tagId], ...(isAll ? { filter } : { ids: selected.map(Number) }) });
  };
  const isOff = count === 0 || tag.isOff;
  return (
    <>
      <Tabs<"selected" | "all">
        label={t("app.bulk_tags.which")}
        value={which}
        onChange={setWhich}
        choices={[
          { value: "selected", label: t("app.bulk_tags.selected", { number: format.number(selected.length) }) },
          {
            value: "all",
            label: t("app.bulk_tags.all", {
              number: found ? `${format.number(found.count)}${found.isCapped ? "+" : ""}` : "…",
            }),
          },
        ]}
      />
      <Section footer={t(count === 0 ? "app.bulk_tags.hint" : "app.bulk_tags.sequences")}>
        <Row
          before={<PlusIcon />}
          tone="accent"
          title={t("app.bulk_tags.add")}
          isDisabled={isOff}
          onClick={() => setChoosing("add")}
        />
        <Row
          before={<TrashIcon />}
          tone="accent"
          title={t("app.bulk_tags.remove")}
          isDisabled={isOff || tags.length === 0}
          onClick={() => setChoosing("remove")}
        />
      </Section>
      {choosing && (
        <TagPicker
          title={t(`app.bulk_tags.${choosing}`)}
          canCreate={choosing === "add"}
          onPick={(tagId) => void begin(choosing, tagId)}
          onClose={() => setChoosing(null)}
        />
      )}
    </>
  );
}
