/** From a choice of format to a saved file. For any address of the API that answers with one. */
import { useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { isAbort, loadFile } from "@miniapp/shared/load-file.ts";
import { needsTapToSave, saveFile } from "@miniapp/shared/save-file.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { Button, Progress, Row, Section, Sheet, SheetBody, toast } from "@miniapp/shared/ui/index.ts";
import { type JSX, useEffect, useRef, useState } from "react";
import styles from "./export-sheet.module.css";

export interface ExportChoice {
  format: "csv" | "xlsx" | "pdf";
  separator?: "comma" | "semicolon";
}

export interface ExportSheetProps {
  /** The address below /api/v1, with the format in its query. */
  pathOf(choice: ExportChoice): string;
  /** Of an address that is posted to. */
  bodyOf?(choice: ExportChoice): unknown;
  /** Without its ending. */
  name: string;
  /** Offers a report on paper besides. */
  hasReport?: boolean;
  onClose(): void;
}

type Stage = { kind: "choosing" } | { kind: "loading"; bytes: number } | { kind: "ready"; file: File };

/** Leaving the sheet ends the loading: a file that nobody waits for is read no further. */
export function ExportSheet({ pathOf, bodyOf, name, hasReport, onClose }: ExportSheetProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [stage, setStage] = useState<Stage>({ kind: "choosing" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const save = async (file: File) => {
    if (!(await saveFile(file))) return;
    haptics.succeeded();
    toast(t("app.export.saved"));
    onClose();
  };
  const load = async (choice: ExportChoice) => {
    const controller = new AbortController();
    running.current = controller;
    setStage({ kind: "loading", bytes: 0 });
    let received = 0;
    try {
      const file = await loadFile(pathOf(choice), `${name}.${choice.format}`, {
        signal: controller.signal,
        body: bodyOf?.(choice),
        onProgress: (bytes) => {
          received = bytes;
          setStage({ kind: "loading", bytes });
        },
      });
      if (needsTapToSave(file)) setStage({ kind: "ready", file });
      else await save(file);
    } catch (error) {
      if (isAbort(error)) return;
      haptics.failed();
      toast(received > 0 ? t("app.export.broken") : sentenceOf(t, error));
      setStage({ kind: "choosing" });
    }
  };
  const stop = () => {
    running.current?.abort();
    setStage({ kind: "choosing" });
  };

  return (
    <Sheet title={t("app.export.title")} onClose={onClose}>
      <SheetBody>
        {stage.kind === "choosing" ? (
          <Section>
            {hasReport && (
              <Row
                title={t("app.export.pdf")}
                subtitle={t("app.export.pdf_hint")}
                isWrapped
                onClick={() => void load({ format: "pdf" })}
              />
            )}
            <Row title={t("app.export.xlsx")} onClick={() => void load({ format: "xlsx" })} />
            <Row title={t("app.export.csv")} onClick={() => void load({ format: "csv", separator: "comma" })} />
            <Row
              title={t("app.export.csv_semicolon")}
              subtitle={t("app.export.csv_semicolon_hint")}
              isWrapped
              onClick={() => void load({ format: "csv", separator: "semicolon" })}
            />
          </Section>
        ) : stage.kind === "loading" ? (
          <div className={styles.stage}>
            <Progress
              label={t("app.export.loading", { size: sizeOf(t, format.number, stage.bytes) })}
              done={stage.bytes}
            />
            <Button kind="plain" onClick={stop}>
              {t("app.export.stop")}
            </Button>
          </div>
        ) : (
          <div className={styles.stage}>
            <p>{t("app.export.ready", { size: sizeOf(t, format.number, stage.file.size) })}</p>
            <Button onClick={() => void save(stage.file)}>{t("app.export.save")}</Button>
          </div>
        )}
      </SheetBody>
    </Sheet>
  );
}

function sizeOf(t: AppTranslator, number: (value: number) => string, bytes: number): string {
  return bytes < 1_000_000
    ? t("app.export.size_kb", { size: number(Math.round(bytes / 1_000)) })
    : t("app.export.size_mb", { size: number(Math.round(bytes / 100_000) / 10) });
}
