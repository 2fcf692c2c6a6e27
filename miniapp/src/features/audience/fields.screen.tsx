import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { ask, Button, Empty, Fact, Field as Input, Row, Section, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { changeField, createField, deleteField, type Field, type FieldKind, fieldsQuery } from "./api.ts";
import { CatalogScreen } from "./catalog-screen.tsx";

const kinds = ["text", "number", "date", "boolean", "choice"] as const satisfies readonly FieldKind[];

/** What the workspace keeps of its people besides what Telegram says. */
export default function FieldsScreen(): JSX.Element {
  const t = useT();
  return (
    <CatalogScreen<Field>
      title={t("app.fields.title")}
      add={t("app.fields.new")}
      rowHeight={66}
      list={(onOpen) => <Fields onOpen={onOpen} />}
      sheet={(field, onClose) => <FieldSheet field={field} onClose={onClose} />}
    />
  );
}

function Fields({ onOpen }: { onOpen: ((field: Field) => void) | undefined }): JSX.Element {
  const t = useT();
  const query = useSuspenseQuery(fieldsQuery);
  if (query.data.length === 0) return <Empty title={t("app.fields.empty")} text={t("app.fields.empty_text")} />;
  return (
    <>
      <Freshness of={query} />
      <Section footer={t("app.fields.footer")}>
        {query.data.map((field) => (
          <Row
            key={field.id}
            title={field.name}
            subtitle={`{field:${field.key}}`}
            end={t(`app.fields.kind.${field.kind}`)}
            {...(onOpen ? { onClick: () => onOpen(field) } : {})}
          />
        ))}
      </Section>
    </>
  );
}

/** One choice a line. */
const choicesOf = (text: string): string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

function FieldSheet({ field, onClose }: { field: Field | null; onClose(): void }): JSX.Element {
  const t = useT();
  const [name, setName] = useState(field?.name ?? "");
  const [kind, setKind] = useState<FieldKind>(field?.kind ?? "text");
  const [choices, setChoices] = useState(field?.choices.join("\n") ?? "");
  const body = { name, ...(kind === "choice" ? { choices: choicesOf(choices) } : {}) };
  const save = useAct(() => (field ? changeField({ id: field.id, ...body }) : createField({ ...body, kind })), {
    stale: ["audience"],
    done: t("app.saved"),
    onDone: onClose,
  });
  const remove = useAct(deleteField, { stale: ["audience"], done: t("app.fields.deleted"), onDone: onClose });
  const onDelete = async (gone: Field) => {
    const isSure = await ask({
      title: t("app.fields.delete"),
      message: t("app.fields.delete_text", { name: gone.name }),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(gone.id);
  };
  const isReady = name.trim() !== "" && (kind !== "choice" || choicesOf(choices).length > 0);
  return (
    <Sheet title={t(field ? "app.fields.one" : "app.fields.new")} onClose={onClose}>
      <SheetBody>
        <Section footer={field ? undefined : t("app.fields.kind_stays")}>
          <Input label={t("app.fields.name")} value={name} onChange={setName} maxLength={60} />
          {field ? (
            <>
              <Fact name={t("app.fields.variable")} value={`{field:${field.key}}`} canCopy isMono />
              <Row title={t("app.fields.kind")} end={t(`app.fields.kind.${field.kind}`)} />
            </>
          ) : (
            <Input
              kind="select"
              label={t("app.fields.kind")}
              value={kind}
              choices={kinds.map((value) => ({ value, label: t(`app.fields.kind.${value}`) }))}
              onChange={(value) => setKind(kinds.find((known) => known === value) ?? "text")}
            />
          )}
          {kind === "choice" && (
            <Input
              kind="textarea"
              label={t("app.fields.choices")}
              value={choices}
              onChange={setChoices}
              hint={t("app.fields.choices_hint")}
              maxLength={3_000}
            />
          )}
        </Section>
        {field && (
          <Section>
            <Row
              title={t("app.fields.delete")}
              tone="danger"
              isDisabled={remove.isOff}
              onClick={() => void onDelete(field)}
            />
          </Section>
        )}
        <Button isWide onClick={() => save.run(undefined)} isBusy={save.isBusy} isDisabled={save.isOff || !isReady}>
          {t(field ? "app.action.save" : "app.audience.create")}
        </Button>
      </SheetBody>
    </Sheet>
  );
}
