/** Whether people whose things have ended are asked back, when, and with which promo code. */
import { nameIn } from "@backend/modules/audience/domain/refusal.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { categoriesQuery } from "../audience/api.ts";
import { useCan } from "../identity/me.ts";
import type { ChangeShopSettings, ShopSettings } from "./api.ts";

/** As it is typed: nothing stands for never, without a code, of no kind. */
export interface AskBack {
  days: string;
  code: string;
  categoryId: string;
}

export const askBackOf = ({ winBackDays, winBackCode, winBackCategoryId }: ShopSettings): AskBack => ({
  days: winBackDays?.toString() ?? "",
  code: winBackCode ?? "",
  categoryId: winBackCategoryId?.toString() ?? "",
});

export const askBackBody = ({ days, code, categoryId }: AskBack): ChangeShopSettings => ({
  winBackDays: days === "" ? null : Number(days),
  winBackCode: code.trim() === "" ? null : code.trim(),
  winBackCategoryId: categoryId === "" ? null : Number(categoryId),
});

const usualDays = ["1", "3", "7", "14", "30"];

export function AskBackPart({ value, onChange }: { value: AskBack; onChange(next: AskBack): void }): JSX.Element {
  const t = useT();
  const can = useCan();
  const { data: categories = [] } = useQuery({ ...categoriesQuery, enabled: can("audience.read") });
  const offered = categories.filter(({ id, isArchived }) => !isArchived || String(id) === value.categoryId);
  // Programs may have chosen days of their own.
  const days = value.days === "" || usualDays.includes(value.days) ? usualDays : [value.days, ...usualDays];
  return (
    <Section header={t("app.selling.ask_back")} footer={t("app.selling.ask_back_text")}>
      <Field
        kind="select"
        label={t("app.selling.ask_back_after")}
        value={value.days}
        choices={[
          { value: "", label: t("app.selling.ask_back_never") },
          ...days.map((one) => ({ value: one, label: t("app.selling.ask_back_days", { count: Number(one) }) })),
        ]}
        onChange={(next) => onChange({ ...value, days: next })}
      />
      {value.days !== "" && (
        <Field
          label={t("app.selling.ask_back_code")}
          value={value.code}
          onChange={(code) => onChange({ ...value, code: code.toUpperCase() })}
          placeholder={t("app.selling.ask_back_no_code")}
          maxLength={40}
        />
      )}
      {value.days !== "" && offered.length > 0 && (
        <Field
          kind="select"
          label={t("app.selling.ask_back_kind")}
          value={value.categoryId}
          choices={[
            { value: "", label: t("app.selling.ask_back_no_kind") },
            ...offered.map(({ id, names }) => ({ value: String(id), label: nameIn(names, t.locale) })),
          ]}
          onChange={(categoryId) => onChange({ ...value, categoryId })}
          hint={t("app.selling.ask_back_kind_text")}
        />
      )}
    </Section>
  );
}
