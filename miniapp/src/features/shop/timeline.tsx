import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { OrderEvent } from "./api.ts";

/** Everything that happened to an order, in order, as sentences of the server's. */
export function Timeline({ events }: { events: readonly OrderEvent[] }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (events.length === 0) return null;
  return (
    <Section header={t("app.shop.timeline")}>
      {events.map(({ at, kind, text, person }) => (
        <Row
          key={`${at} ${kind} ${text}`}
          title={text}
          subtitle={[format.dateTime(at), person?.name].filter(Boolean).join(" · ")}
        />
      ))}
    </Section>
  );
}
