/** A file on its way: which bot's people, which file, how far. When it has come, its columns are shown. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Button,
  Empty,
  Field,
  Loading,
  PlusIcon,
  Progress,
  Row,
  Screen,
  Section,
  Skeleton,
  toast,
} from "@miniapp/shared/ui/index.ts";
import { useUpload } from "@miniapp/shared/upload.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useRef, useState } from "react";
import { Redirect } from "wouter";
import { botsQuery } from "../bots/api.ts";
import styles from "./import.module.css";
import { createImport } from "./import-api.ts";

export default function NewImportScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  if (!can("audience.manage")) return <Redirect to={href("audience")} replace />;
  return (
    <Screen title={t("app.import.new")} back={href("imports")}>
      <Loading skeleton={<Skeleton rows={3} />}>
        <Sending />
      </Loading>
    </Screen>
  );
}

function Sending(): JSX.Element {
  const t = useT();
  const go = useGo();
  const { items: bots } = useSuspenseQuery(botsQuery).data;
  const upload = useUpload("import");
  const input = useRef<HTMLInputElement>(null);
  const [botId, setBotId] = useState(bots[0]?.id ?? "");
  const [isReading, setReading] = useState(false);
  if (bots.length === 0) return <Empty text={t("app.import.no_bots")} />;

  const send = async (file: File) => {
    const sent = await upload.send(file);
    if (!sent) return;
    setReading(true);
    try {
      const { id } = await createImport({ uploadId: sent.id, botId });
      go(href("import", { importId: id }), { replace: true });
    } catch (error) {
      toast(sentenceOf(t, error));
      upload.cancel();
    } finally {
      setReading(false);
    }
  };
  const { stage } = upload;
  return (
    <>
      <Section>
        <Field
          kind="select"
          label={t("app.import.bot")}
          value={botId}
          onChange={setBotId}
          isDisabled={stage.kind !== "idle" && stage.kind !== "failed"}
          choices={bots.map(({ id, name, username }) => ({ value: id, label: name === "" ? `@${username}` : name }))}
        />
      </Section>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        aria-label={t("app.import.file")}
        tabIndex={-1}
        accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // The same file chosen again is a change too.
          currentTarget.value = "";
          if (file) void send(file);
        }}
      />
      <Section header={t("app.import.file")} footer={t("app.import.file_hint")}>
        {stage.kind === "idle" ? (
          <Row
            before={<PlusIcon />}
            tone="accent"
            title={t("app.import.choose")}
            onClick={() => input.current?.click()}
          />
        ) : stage.kind === "failed" ? (
          <div className={styles.stage}>
            <strong className={styles.fileName}>{stage.file.name}</strong>
            <p role="alert">{sentenceOf(t, stage.error)}</p>
            <p>{t("app.import.cut_off")}</p>
            <Button onClick={() => void send(stage.file)}>{t("app.import.go_on")}</Button>
            <Button kind="plain" onClick={upload.cancel}>
              {t("app.import.stop_sending")}
            </Button>
          </div>
        ) : (
          <div className={styles.sending}>
            <strong className={styles.fileName}>{stage.file.name}</strong>
            {isReading || stage.kind === "ready" ? (
              <Progress label={t("app.import.reading")} done={0} />
            ) : (
              <SendingProgress done={stage.done} total={stage.file.size} />
            )}
            {stage.kind === "sending" && (
              <Button kind="plain" onClick={upload.cancel}>
                {t("app.import.stop_sending")}
              </Button>
            )}
          </div>
        )}
      </Section>
    </>
  );
}

function SendingProgress({ done, total }: { done: number; total: number }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const megabytes = (bytes: number) => format.number(Math.round(bytes / 100_000) / 10);
  return (
    <Progress
      label={t("app.import.sending", { done: megabytes(done), total: megabytes(total) })}
      done={done}
      total={total}
    />
  );
}
