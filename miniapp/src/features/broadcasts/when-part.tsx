import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Broadcast } from "./api.ts";

const hourMs = 3_600_000;

/** As a field of the browser shows it: by the clock of this device. */
const asField = (iso: string): string => {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** Now, or at a moment. */
export function WhenPart({
  value,
  onChange,
}: {
  value: Broadcast["schedule"];
  onChange(schedule: Broadcast["schedule"]): void;
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Section
      header={t("app.broadcast.when")}
      footer={value.kind === "at" ? t("app.broadcast.when_at", { when: format.dateTime(value.at) }) : undefined}
    >
      <Field
        kind="select"
        label={t("app.broadcast.when_label")}
        value={value.kind === "at" ? "at" : "now"}
        choices={[
          { value: "now", label: t("app.broadcast.when_now") },
          { value: "at", label: t("app.broadcast.when_later") },
        ]}
        onChange={(kind) =>
          onChange(
            kind === "at"
              ? { kind: "at", at: new Date(Math.ceil((Date.now() + hourMs) / hourMs) * hourMs).toISOString() }
              : { kind: "now" },
          )
        }
      />
      {value.kind === "at" && (
        <Field
          kind="datetime-local"
          label={t("app.broadcast.when_moment")}
          value={asField(value.at)}
          onChange={(text) => {
            const at = new Date(text);
            if (!Number.isNaN(at.getTime())) onChange({ kind: "at", at: at.toISOString() });
          }}
        />
      )}
    </Section>
  );
}
