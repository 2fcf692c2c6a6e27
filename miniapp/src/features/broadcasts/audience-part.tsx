import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { Broadcast, CreateBroadcast } from "./api.ts";
import { ChatsRow } from "./bots-part.tsx";

/** Who gets it: a segment that came with the link here, or everybody; and groups beside them. */
export function AudiencePart({
  value,
  onChange,
}: {
  value: Pick<Broadcast, "segmentId" | "condition" | "chatIds">;
  onChange(part: CreateBroadcast): void;
}): JSX.Element {
  const t = useT();
  const isNarrow = value.segmentId !== null || value.condition !== null;
  return (
    <Section header={t("app.broadcast.audience")} footer={t("app.broadcast.audience_hint")}>
      <Row title={isNarrow ? t("app.broadcast.narrowed") : t("app.broadcast.everybody")} />
      {isNarrow && (
        <Row
          tone="accent"
          title={t("app.broadcast.widen")}
          onClick={() => onChange({ segmentId: null, condition: null })}
        />
      )}
      <ChatsRow chosen={value.chatIds} onChange={(chatIds) => onChange({ chatIds })} />
    </Section>
  );
}
