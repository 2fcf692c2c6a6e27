/** Values of a condition: those that were really seen are a tap away, any other can be typed. */
import { limits, type TextCondition } from "@backend/modules/conversions/domain/conditions.ts";
import { canonicalStatuses } from "@backend/modules/conversions/domain/status-map.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Field, PlusIcon, Row, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { ValueChips } from "@miniapp/shared/ui/value-chips.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { connectionsQuery } from "../conversions/api.ts";
import { statusKey } from "../conversions/status.tsx";
import { valuesQuery } from "./api.ts";
import { useRouteWords } from "./condition-words.ts";

interface Suggestion {
  value: string;
  label: string;
  count?: number;
}

/** What may be chosen without typing. Statuses and connections are known; the rest is what conversions have brought. */
function useSuggestions({ field, sub, operator }: TextCondition): { items: Suggestion[]; isPending: boolean } {
  const t = useT();
  const isKnown = field === "status" || field === "connection";
  const isExact = operator === "is";
  const seen = useQuery({
    ...valuesQuery({ field, ...(field === "sub" ? { sub: sub ?? 1 } : {}) }),
    enabled: isExact && !isKnown,
  });
  const connections = useQuery({ ...connectionsQuery, enabled: field === "connection" });
  if (!isExact) return { items: [], isPending: false };
  if (field === "status")
    return { items: canonicalStatuses.map((value) => ({ value, label: t(statusKey(value)) })), isPending: false };
  if (field === "connection")
    return {
      items: (connections.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
      isPending: connections.isPending,
    };
  return { items: seen.data ?? [], isPending: seen.isPending };
}

export function ValueChoices({
  condition,
  onChange,
}: {
  condition: TextCondition;
  onChange(values: string[]): void;
}): JSX.Element {
  const t = useT();
  const words = useRouteWords();
  const [typed, setTyped] = useState("");
  const { field, operator, values } = condition;
  const { items, isPending } = useSuggestions(condition);
  const isClosed = operator === "is" && (field === "status" || field === "connection");
  const chosenApart = isClosed ? [] : values.filter((value) => !items.some((item) => item.value === value));

  const toggle = (value: string) => {
    haptics.selected();
    if (values.includes(value)) onChange(values.filter((known) => known !== value));
    else if (values.length < limits.values) onChange([...values, value]);
  };
  const add = () => {
    const value = typed.trim();
    if (value === "") return;
    if (!values.includes(value)) toggle(value);
    setTyped("");
  };
  return (
    <>
      {(items.length > 0 || chosenApart.length > 0) && (
        <ValueChips
          label={t("app.cond.values")}
          onToggle={toggle}
          chips={[
            ...chosenApart.map((value) => ({ value, label: value, isOn: true })),
            ...items.map(({ value, label, count }) => ({
              ...{ value, count, isOn: values.includes(value) },
              label: label || words.value(field, value),
            })),
          ]}
        />
      )}
      {isPending && items.length === 0 && operator === "is" && !isClosed && <Skeleton rows={1} isSingle height={48} />}
      {!isClosed && (
        <Section
          footer={items.length === 0 && !isPending && operator === "is" ? t("app.cond.nothing_seen") : undefined}
        >
          <Field
            label={t(`app.cond.type.${operator === "absent" ? "is" : operator}`)}
            value={typed}
            onChange={setTyped}
            maxLength={operator === "is" ? limits.valueLength : limits.patternLength}
            isMono={operator !== "is"}
            onEnter={add}
            onBlur={add}
          />
          <Row
            before={<PlusIcon />}
            tone="accent"
            title={t("app.cond.add_value")}
            isDisabled={typed.trim() === ""}
            onClick={add}
          />
        </Section>
      )}
    </>
  );
}
