/** What a member writes about a subscriber: values of fields, and a note. Saved together by the main button. */
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type Draft, useDraft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import type { MainAction } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { changeSubscriber, type Field, fieldsQuery, type Subscriber } from "./api.ts";
import { textOf, valueIn } from "./field-texts.ts";

/** Texts of the form by key of the field; "" is no value. The note stands under a name that no key can have. */
export type Texts = Record<string, string>;
export const noteName = " note";

export interface SubscriberForm {
  draft: Draft<Texts>;
  fields: readonly Field[];
  /** Fields whose text is no value. */
  wrong: ReadonlySet<string>;
  main: MainAction | undefined;
}

export function useSubscriberForm(subscriber: Subscriber | undefined): SubscriberForm {
  const t = useT();
  const can = useCan();
  const { data: fields = [] } = useQuery(fieldsQuery);
  const stored: Texts = { [noteName]: subscriber?.note ?? "" };
  for (const { key } of fields) stored[key] = textOf(subscriber?.fields[key]);
  const draft = useDraft<Texts>("subscriber", stored);
  useClosingConfirmation(draft.isDirty);
  const save = useAct(changeSubscriber, { stale: ["audience"], done: t("app.saved"), onDone: draft.clear });
  const isChanged = (name: string) => draft.value[name] !== stored[name];
  const changed = fields.filter(({ key }) => isChanged(key));
  const wrong = new Set(
    changed.filter((field) => valueIn(field, draft.value[field.key] ?? "") === undefined).map(({ key }) => key),
  );
  const onSave = () => {
    if (!subscriber) return;
    const values = changed.map((field) => [field.key, valueIn(field, draft.value[field.key] ?? "") ?? null] as const);
    save.run({
      subscriberId: String(subscriber.id),
      ...(values.length > 0 ? { fields: Object.fromEntries(values) } : {}),
      ...(isChanged(noteName) ? { note: draft.value[noteName] || null } : {}),
    });
  };
  return {
    draft,
    fields,
    wrong,
    main:
      subscriber && draft.isDirty && can("audience.manage")
        ? { text: t("app.action.save"), onClick: onSave, isBusy: save.isBusy, isDisabled: save.isOff || wrong.size > 0 }
        : undefined,
  };
}
