/** What a letter may say of its reader; chosen with what stands there when nothing is known. */
import { variableNames } from "@backend/modules/messaging/domain/variables.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Button, Field, Row, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { Sheet, SheetBody } from "@miniapp/shared/ui/sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import styles from "./letter.module.css";
import { variablesQuery } from "./letters-api.ts";

export interface LetterVariablesProps {
  onInsert(written: string): void;
  onClose(): void;
}

export function LetterVariables({ onInsert, onClose }: LetterVariablesProps): JSX.Element {
  const t = useT();
  const { data: fields, isPending } = useQuery(variablesQuery);
  const [chosen, setChosen] = useState<{ name: string; label: string } | null>(null);
  const [fallback, setFallback] = useState("");
  const known = [
    ...variableNames.map((name) => ({ name: name as string, label: t(`app.letter.var.${name}`) })),
    ...(fields ?? []).map(({ key, name }) => ({ name: `field:${key}`, label: name })),
  ];
  // Braces and bars end a fallback, and marks in it are refused.
  const clean = fallback.replace(/[{}|<>\n]/g, "");
  const written = chosen && `{${chosen.name}${clean.trim() === "" ? "" : `|${clean.trim()}`}}`;
  const insert = () => {
    if (written) onInsert(written);
    onClose();
  };
  return (
    <Sheet title={chosen?.label ?? t("app.letter.variables")} onClose={onClose} isFull={chosen === null}>
      <SheetBody>
        {chosen === null && (
          <Section footer={t("app.letter.variables_hint")}>
            {known.map((one) => (
              <Row
                key={one.name}
                title={one.label}
                subtitle={<code className={styles.variable}>{`{${one.name}}`}</code>}
                onClick={() => setChosen(one)}
              />
            ))}
            {isPending && <Skeleton rows={2} isSingle />}
          </Section>
        )}
        {chosen && (
          <>
            <Section footer={t("app.letter.fallback_hint")}>
              <Field
                label={t("app.letter.fallback")}
                placeholder={chosen.name === "first_name" ? t("app.letter.fallback_name") : ""}
                value={fallback}
                maxLength={100}
                onChange={setFallback}
                onEnter={insert}
              />
              <Row title={<code className={styles.variable}>{written}</code>} />
            </Section>
            <Button isWide onClick={insert}>
              {t("app.letter.insert")}
            </Button>
          </>
        )}
      </SheetBody>
    </Sheet>
  );
}
