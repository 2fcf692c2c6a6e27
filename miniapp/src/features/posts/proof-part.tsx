/** What a worker proves his work with. It comes from outside: text stays text, and only https addresses can be opened. */
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { Fact, LinkIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

interface Line {
  name: string;
  text: string;
  url: string | null;
}

export function ProofPart({ lines }: { lines: readonly Line[] }): JSX.Element | null {
  const t = useT();
  if (lines.length === 0) return null;
  return (
    <Section header={t("app.posts.proof")}>
      {lines.map(({ name, text, url }) =>
        url ? (
          <Row
            key={`${name} ${text}`}
            before={<LinkIcon />}
            title={name}
            subtitle={text}
            tone="accent"
            onClick={() => openAddress(url)}
          />
        ) : (
          <Fact key={`${name} ${text}`} name={name} value={text} canCopy />
        ),
      )}
    </Section>
  );
}
