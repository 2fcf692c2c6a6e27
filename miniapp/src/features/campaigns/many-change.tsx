/** The one change that is made in several flows: what is done, to which offer, with which value. */
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { type JSX, useState } from "react";
import { ChoiceRow } from "../identity/components/choice-row.tsx";
import type { ManyChange, PartName, ThingName } from "./flow-api.ts";
import { thingNames } from "./thing-names.ts";
import { ThingsSheet } from "./things-sheet.tsx";

export const changeKinds = [
  "set",
  "replace",
  "add",
  "remove",
  "switch_off",
  "switch_on",
  "pin",
  "unpin",
  "even",
] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface ManyForm {
  kind: ChangeKind;
  /** Which one is changed, of those that are in the flows. */
  id: string | null;
  /** What is added, or takes another's place. */
  fresh: readonly ThingName[];
  share: string;
}
export const emptyForm: ManyForm = { kind: "set", id: null, fresh: [], share: "" };

const namesOne = (kind: ChangeKind) => kind !== "even" && kind !== "add";

/** Null while something is missing. */
export function changeOf({ kind, id, fresh, share }: ManyForm): ManyChange | null {
  if (kind === "even") return { kind };
  if (kind === "add") return fresh.length === 0 ? null : { kind, ids: fresh.map((thing) => thing.id) };
  if (id === null) return null;
  switch (kind) {
    case "set": {
      const value = /^\d{1,3}$/.test(share) ? Number(share) : null;
      return value === null || value > 100 ? null : { kind, id, share: value };
    }
    case "replace": {
      const by = fresh[0]?.id;
      return by === undefined || by === id ? null : { kind, id, by };
    }
    case "remove":
      return { kind, id };
    case "switch_off":
    case "switch_on":
      return { kind: "switch", id, isActive: kind === "switch_on" };
    case "pin":
    case "unpin":
      return { kind: "pin", id, isPinned: kind === "pin" };
  }
}

export interface KnownThing extends ThingName {
  /** In how many of the flows it is. */
  flows: number;
}

export function ManyChangeForm({
  form,
  part,
  things,
  connectionId,
  onChange,
}: {
  form: ManyForm;
  part: PartName;
  /** Those that are in the flows, most frequent first. */
  things: readonly KnownThing[];
  /** Null until it is known where new ones come from. */
  connectionId: string | null;
  onChange(part: Partial<ManyForm>): void;
}): JSX.Element {
  const t = useT();
  const [open, setOpen] = useState<"kind" | "id" | "fresh" | null>(null);
  const names = thingNames(t, part, [...things, ...form.fresh]);
  const close = () => setOpen(null);
  const wantsFresh = form.kind === "add" || form.kind === "replace";
  const freshTitle = t(form.kind === "replace" ? "app.shares.many_by" : `app.shares.add_${part}`);
  return (
    <Section>
      <ChoiceRow
        title={t("app.shares.many_kind")}
        value={t(`app.shares.many_${form.kind}`)}
        onClick={() => setOpen("kind")}
      />
      {namesOne(form.kind) && (
        <ChoiceRow
          title={t(`app.shares.many_which_${part}`)}
          value={form.id === null ? t("app.shares.many_choose") : names.label(form.id)}
          isQuiet={form.id === null}
          onClick={() => setOpen("id")}
        />
      )}
      {wantsFresh && (
        <ChoiceRow
          title={freshTitle}
          value={
            form.fresh.length === 0
              ? t("app.shares.many_choose")
              : form.fresh.map(({ id }) => names.label(id)).join(", ")
          }
          isQuiet={form.fresh.length === 0}
          isDisabled={connectionId === null}
          onClick={() => setOpen("fresh")}
        />
      )}
      {form.kind === "set" && (
        <Field
          label={t("app.shares.many_share")}
          value={form.share}
          onChange={(share) => onChange({ share: share.replace(/\D/g, "").slice(0, 3) })}
          inputMode="numeric"
          error={Number(form.share) > 100 ? t("app.shares.many_share_wrong") : undefined}
        />
      )}
      {open === "kind" && (
        <PickerSheet<ChangeKind>
          title={t("app.shares.many_kind")}
          options={changeKinds.map((value) => ({ value, label: t(`app.shares.many_${value}`) }))}
          value={form.kind}
          onPick={(kind) => onChange({ kind, fresh: [] })}
          onClose={close}
        />
      )}
      {open === "id" && (
        <PickerSheet
          title={t(`app.shares.many_which_${part}`)}
          options={things.map(({ id, flows }) => ({
            value: id,
            label: names.label(id),
            hint: t("app.shares.in_flows", { count: flows }),
          }))}
          value={form.id}
          onPick={(id) => onChange({ id })}
          onClose={close}
        />
      )}
      {open === "fresh" && connectionId !== null && (
        <ThingsSheet
          connectionId={connectionId}
          part={part}
          title={freshTitle}
          isSingle={form.kind === "replace"}
          onPick={(fresh) => {
            onChange({ fresh });
            close();
          }}
          onClose={close}
        />
      )}
    </Section>
  );
}
