import { dayOf, shiftDay, startOfDay } from "@backend/modules/shop/domain/wall.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Row, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { ValueChips } from "@miniapp/shared/ui/value-chips.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useCan } from "../identity/me.ts";
import { LazyPicker } from "../reports/lazy-picker.tsx";
import { type OrderFilter, productsQuery } from "./api.ts";
import { useTextIn } from "./local-text.ts";
import { methods } from "./methods.ts";

type Change = Partial<Record<keyof OrderFilter, string | undefined>>;

/** What narrows the list beside its search and states. It acts at once: the list is behind it. */
export function OrdersFilter({
  filter,
  onChange,
  onClose,
}: {
  filter: OrderFilter;
  onChange(change: Change): void;
  onClose(): void;
}): JSX.Element {
  const t = useT();
  const can = useCan();
  const { timeZone } = useFormat();
  const textIn = useTextIn();
  const [isPicking, setPicking] = useState(false);
  const { data: products = [] } = useQuery({ ...productsQuery(), enabled: can("shop.read") });
  const product = products.find(({ id }) => id === filter.productId);
  // The last day is in: the moment it ends is what is asked for.
  const firstDay = filter.from ? dayOf(new Date(filter.from), timeZone) : "";
  const lastDay = filter.to ? shiftDay(dayOf(new Date(filter.to), timeZone), -1) : "";
  const begin = (day: string) => (day === "" ? undefined : startOfDay(day, timeZone).toISOString());
  return (
    <Sheet title={t("app.sales.filter")} onClose={onClose}>
      <SheetBody>
        <Section header={t("app.sales.method")}>
          <ValueChips
            label={t("app.sales.method")}
            chips={methods.map((method) => ({
              value: method,
              label: t(`app.shop.method.${method}`),
              isOn: filter.method === method,
            }))}
            onToggle={(method) => onChange({ method: method === filter.method ? undefined : method })}
          />
        </Section>
        <Section>
          {can("shop.read") && (
            <Row
              title={t("app.sales.product")}
              end={product ? textIn(product.title) : t("app.sales.any_product")}
              onClick={() => setPicking(true)}
            />
          )}
          <Field
            kind="date"
            label={t("app.sales.from")}
            value={firstDay}
            onChange={(day) => onChange({ from: begin(day) })}
          />
          <Field
            kind="date"
            label={t("app.sales.to")}
            value={lastDay}
            onChange={(day) => onChange({ to: day === "" ? undefined : begin(shiftDay(day, 1)) })}
          />
          {filter.personId && (
            <Row
              title={t("app.sales.one_person")}
              tone="accent"
              end={t("app.action.reset")}
              onClick={() => onChange({ personId: undefined })}
            />
          )}
        </Section>
        <Button isWide kind="plain" onClick={onClose}>
          {t("app.sales.show")}
        </Button>
        {isPicking && (
          <LazyPicker
            kind="options"
            title={t("app.sales.product")}
            value={filter.productId ?? ""}
            options={[
              { value: "", label: t("app.sales.any_product") },
              ...products.map(({ id, title }) => ({ value: id, label: textIn(title) })),
            ]}
            onPick={(id) => onChange({ productId: id || undefined })}
            onClose={() => setPicking(false)}
          />
        )}
      </SheetBody>
    </Sheet>
  );
}
