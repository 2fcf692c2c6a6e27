/** What is said: the letter of the chosen variant, taken from a template or kept as one, and the variants that are compared. */
import { useT } from "@miniapp/shared/i18n.ts";
import { CopyIcon, PlusIcon, Row, Section, useUndo } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import type { Broadcast, CreateBroadcast } from "./api.ts";
import { ExperimentPart } from "./experiment-part.tsx";
import { emptyLetter } from "./letter-draft.ts";
import { LetterEditor } from "./letter-editor.tsx";
import type { Letter } from "./letters-api.ts";
import { SaveAsTemplateSheet, UseTemplateSheet } from "./template-sheets.tsx";

type Variants = Broadcast["variants"];

/** The variants with another letter in one of them. A draft without any gets its first. */
const withLetter = (variants: Variants, at: number, letter: Letter): Variants =>
  variants.length === 0
    ? [{ key: "A", share: 100, letter }]
    : variants.map((variant, index) => (index === at ? { ...variant, letter } : variant));

export function MessagePart({
  value,
  onChange,
}: {
  value: Pick<Broadcast, "variants" | "experiment">;
  onChange(part: CreateBroadcast): void;
}): JSX.Element {
  const t = useT();
  const [selected, setSelected] = useState(0);
  const [sheet, setSheet] = useState<"use" | "keep" | null>(null);
  const { variants, experiment } = value;
  const written = variants[selected]?.letter;
  const offerUndo = useUndo({ variants, onChange });
  const put = (letter: Letter) => onChange({ variants: withLetter(variants, selected, letter) });
  const use = (letter: Letter) => {
    put(letter);
    // What stood there may be an hour's work.
    if (written)
      offerUndo(t("app.broadcast.template_used"), (now) => {
        // A variant taken away moves the others: which of them the letter belongs to nobody could say.
        if (now.variants.length === variants.length)
          now.onChange({ variants: withLetter(now.variants, selected, written) });
      });
  };
  return (
    <>
      <Section header={t("app.broadcast.message")}>
        <Row before={<CopyIcon />} tone="accent" title={t("app.mtemplates.use")} onClick={() => setSheet("use")} />
        {written && (
          <Row
            before={<PlusIcon />}
            tone="accent"
            title={t("app.mtemplates.save_as")}
            onClick={() => setSheet("keep")}
          />
        )}
      </Section>
      <ExperimentPart
        variants={variants}
        experiment={experiment}
        onChange={onChange}
        selected={selected}
        onSelect={setSelected}
      />
      <LetterEditor key={selected} value={written ?? emptyLetter(t.locale)} onChange={put} />
      {sheet === "use" && <UseTemplateSheet onUse={use} onClose={() => setSheet(null)} />}
      {sheet === "keep" && written && <SaveAsTemplateSheet letter={written} onClose={() => setSheet(null)} />}
    </>
  );
}
