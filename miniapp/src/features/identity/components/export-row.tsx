import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { saveFile } from "@miniapp/shared/save-file.ts";
import { Button, Row, Sheet, SheetBody, useCopy } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import type { PersonExport } from "../api.ts";
import styles from "./export-row.module.css";

/** Asks for everything held about somebody, and shows it: some of Telegram's web views can save no file. */
export function ExportRow({ load, name }: { load(): Promise<PersonExport>; name: string }): JSX.Element {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  const ask = useAct(load, { stale: ["audit"], onDone: (data) => setText(JSON.stringify(data, null, 2)) });
  return (
    <>
      <Row title={t("app.people.export")} tone="accent" onClick={() => ask.run(undefined)} isDisabled={ask.isOff} />
      {text !== null && <Shown text={text} name={name} onClose={() => setText(null)} />}
    </>
  );
}

function Shown({ text, name, onClose }: { text: string; name: string; onClose(): void }): JSX.Element {
  const t = useT();
  const copy = useCopy();
  return (
    <Sheet title={t("app.people.export")} onClose={onClose} isFull>
      <SheetBody>
        <div className={styles.buttons}>
          <Button onClick={() => void saveFile(new File([text], name, { type: "application/json" }))}>
            {t("app.action.save_file")}
          </Button>
          <Button kind="plain" onClick={() => copy(text)}>
            {t("app.action.copy")}
          </Button>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <pre className={styles.text} tabIndex={0}>
          {text}
        </pre>
      </SheetBody>
    </Sheet>
  );
}
