import { everything, nameIn } from "@backend/modules/audience/domain/refusal.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Row, Section } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { categoriesQuery, refuseFor, type Subscriber } from "./api.ts";

/** What the person refuses, in all bots. A member may note a wish to be left alone, and cannot take it back. */
export function RefusalsPart({ subscriber }: { subscriber: Subscriber }): JSX.Element {
  const t = useT();
  const can = useCan();
  const format = useFormat();
  const { data: categories = [] } = useQuery(categoriesQuery);
  const [isChoosing, setChoosing] = useState(false);
  const refuse = useAct(refuseFor, { stale: ["audience"], done: t("app.saved") });
  const nameOf = (categoryId: number) =>
    categoryId === everything
      ? t("app.refusals.everything")
      : nameIn(categories.find(({ id }) => id === categoryId)?.names ?? {}, t.locale) || "…";
  const refused = new Set(subscriber.refusals.map(({ categoryId }) => categoryId));
  const open = categories.filter(({ id, isArchived }) => !isArchived && !refused.has(id));
  const onPick = async (categoryId: number) => {
    const isSure = await ask({
      title: t("app.refusals.note"),
      message: t("app.refusals.note_text", { name: nameOf(categoryId) }),
      confirm: t("app.refusals.note"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) refuse.run({ subscriberId: String(subscriber.id), categoryId });
  };
  return (
    <Section header={t("app.refusals.title")} footer={t("app.refusals.footer")}>
      {subscriber.refusals.map(({ categoryId, at, via }) => (
        <Row
          key={categoryId}
          title={nameOf(categoryId)}
          subtitle={t.find(`app.refusals.via.${via}`) ?? via}
          end={format.moment(at)}
        />
      ))}
      {subscriber.refusals.length === 0 && <Row title={t("app.refusals.none")} />}
      {can("audience.manage") && !refused.has(everything) && (
        <Row tone="accent" title={t("app.refusals.note")} isDisabled={refuse.isOff} onClick={() => setChoosing(true)} />
      )}
      {isChoosing && (
        <PickerSheet
          title={t("app.refusals.note")}
          value={null}
          options={[
            { value: String(everything), label: t("app.refusals.everything") },
            ...open.map(({ id }) => ({ value: String(id), label: nameOf(id) })),
          ]}
          onPick={(id) => void onPick(Number(id))}
          onClose={() => setChoosing(false)}
        />
      )}
    </Section>
  );
}
