/** "When": the conditions of a route, each a sentence that opens its sheet. */
import { type Condition, limits, type TextField, textFields } from "@backend/modules/conversions/domain/conditions.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { useT } from "@miniapp/shared/i18n.ts";
import { ClockIcon, FilterIcon, Loading, PlusIcon, Row, Section, WalletIcon } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useState } from "react";
import type { ConditionSheetProps } from "./condition-sheet.tsx";
import { isUnfinished, useRouteWords } from "./condition-words.ts";

const loadSheet: LoadCode<ConditionSheetProps> = () => import("./condition-sheet.tsx");

type Kind = TextField | "amount" | "time";
/** As people think of them: what happened, how much, whose. */
const kinds: readonly Kind[] = [
  "status",
  "amount",
  "sub",
  ...textFields.filter((field) => field !== "status" && field !== "sub"),
  "time",
];

const fresh = (kind: Kind): Condition =>
  kind === "amount"
    ? { kind: "amount", min: null, max: null, currency: null, not: false }
    : kind === "time"
      ? { kind: "time", from: "09:00", to: "18:00", not: false }
      : { kind: "text", field: kind, ...(kind === "sub" ? { sub: 1 } : {}), operator: "is", values: [], not: false };

export interface ConditionsPartProps {
  conditions: Condition[];
  /** What is wrong, and with which of them. */
  error?: { at: number | null; text: string } | undefined;
  mayManage: boolean;
  onChange(conditions: Condition[]): void;
}

export function ConditionsPart({ conditions, error, mayManage, onChange }: ConditionsPartProps): JSX.Element {
  const t = useT();
  const words = useRouteWords();
  const [open, setOpen] = useState<number | null>(null);
  const [isPicking, setPicking] = useState(false);
  const edited = open === null ? undefined : conditions[open];
  const remove = (at: number) => onChange(conditions.filter((_, index) => index !== at));
  return (
    <Section header={t("app.route.when")} footer={error && error.at === null ? error.text : t("app.route.when_hint")}>
      {conditions.length === 0 && <Row title={t("app.cond.everything")} />}
      {conditions.map((condition, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={index}
          before={
            condition.kind === "amount" ? <WalletIcon /> : condition.kind === "time" ? <ClockIcon /> : <FilterIcon />
          }
          title={
            isUnfinished(condition) ? t("app.cond.choose", { field: nameOf(condition) }) : words.condition(condition)
          }
          subtitle={error?.at === index ? error.text : undefined}
          isWrapped
          {...(isUnfinished(condition) ? { tone: "accent" as const } : {})}
          {...(mayManage ? { onClick: () => setOpen(index) } : {})}
        />
      ))}
      {mayManage && conditions.length < limits.conditions && (
        <Row before={<PlusIcon />} tone="accent" title={t("app.cond.add")} onClick={() => setPicking(true)} />
      )}
      {isPicking && (
        <PickerSheet
          title={t("app.cond.add")}
          value={null}
          options={kinds.map((kind) => ({ value: kind, label: nameOfKind(kind) }))}
          onPick={(kind) => {
            onChange([...conditions, fresh(kind)]);
            setOpen(conditions.length);
          }}
          onClose={() => setPicking(false)}
        />
      )}
      {edited && open !== null && !isPicking && (
        <Loading skeleton={null}>
          <LoadedWith
            name="condition-sheet"
            load={loadSheet}
            props={{
              condition: edited,
              error: error?.at === open ? error.text : undefined,
              onChange: (condition) => onChange(conditions.map((known, index) => (index === open ? condition : known))),
              onRemove: () => {
                remove(open);
                setOpen(null);
              },
              onClose: () => {
                if (isUnfinished(edited)) remove(open);
                setOpen(null);
              },
            }}
          />
        </Loading>
      )}
    </Section>
  );

  function nameOfKind(kind: Kind): string {
    if (kind === "amount") return t("app.cond.amount");
    if (kind === "time") return t("app.cond.hours");
    return kind === "sub" ? t("app.cond.sub") : words.field(kind);
  }
  function nameOf(condition: Condition): string {
    return condition.kind === "text" ? words.field(condition.field, condition.sub) : nameOfKind(condition.kind);
  }
}
