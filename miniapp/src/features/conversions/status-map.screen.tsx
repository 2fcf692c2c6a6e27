/** What a connection's own words for statuses mean. */
import {
  canonicalStatuses,
  defaultStatusMap,
  foldStatus,
  maxStatusWordLength,
} from "@backend/modules/conversions/domain/status-map.ts";
import { href } from "@miniapp/app/paths.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { haptics, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { CloseIcon, Field, IconButton, PlusIcon, Row, Screen, Section, toast } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { connectionQuery, useChangeConnection } from "./api.ts";
import { type Status, StatusAvatar, statusKey } from "./status.tsx";

export default function StatusMapScreen(): JSX.Element {
  const t = useT();
  const { connectionId = "" } = useParams<{ connectionId: string }>();
  const { data: connection } = useSuspenseQuery(connectionQuery(connectionId));
  const change = useChangeConnection(connectionId);
  const back = href("connection", { connectionId });
  const goUp = useGoUp(back);
  const draft = useDraft<{ map: Record<string, Status> }>("map", { map: connection.statusMap });
  const { map } = draft.value;
  useClosingConfirmation(draft.isDirty);
  const words = Object.entries(map);

  const save = () =>
    change.mutate(
      { kind: "settings", body: { statusMap: map } },
      {
        onSuccess: () => {
          haptics.succeeded();
          draft.clear();
          toast(t("app.saved"));
          goUp();
        },
        onError: (error) => {
          haptics.failed();
          toast(sentenceOf(t, error));
        },
      },
    );
  return (
    <Screen
      title={t("app.statuses.title")}
      back={back}
      main={draft.isDirty ? { text: t("app.action.save"), onClick: save, isBusy: change.isPending } : undefined}
    >
      <Section header={t("app.statuses.own")} footer={t("app.statuses.hint")}>
        {words.length === 0 && <Row title={t("app.statuses.none")} />}
        {words.map(([word, status]) => (
          <Row
            key={word}
            before={<StatusAvatar status={status} />}
            title={word}
            subtitle={t(statusKey(status))}
            after={
              connection.mayManage ? (
                <IconButton
                  icon={<CloseIcon size={20} />}
                  label={t("app.statuses.remove", { word })}
                  onClick={() => {
                    const { [word]: _removed, ...rest } = map;
                    draft.change({ map: rest });
                  }}
                />
              ) : undefined
            }
          />
        ))}
      </Section>
      {connection.mayManage && <AddWord onAdd={(word, status) => draft.change({ map: { ...map, [word]: status } })} />}
      <DefaultMap />
    </Screen>
  );
}

function AddWord({ onAdd }: { onAdd(word: string, status: Status): void }): JSX.Element {
  const t = useT();
  const [word, setWord] = useState("");
  const [status, setStatus] = useState<Status>("lead");
  const folded = foldStatus(word);
  const add = () => {
    if (folded === "" || folded === "__proto__") return;
    haptics.toggled();
    onAdd(folded, status);
    setWord("");
  };
  return (
    <Section header={t("app.statuses.add")}>
      <Field
        label={t("app.statuses.word")}
        value={word}
        onChange={setWord}
        maxLength={maxStatusWordLength}
        isMono
        onEnter={add}
      />
      <Field
        kind="select"
        label={t("app.statuses.meaning")}
        value={status}
        choices={canonicalStatuses.map((value) => ({ value, label: t(statusKey(value)) }))}
        onChange={(value) => setStatus(value as Status)}
      />
      <Row before={<PlusIcon />} tone="accent" title={t("app.statuses.add")} isDisabled={folded === ""} onClick={add} />
    </Section>
  );
}

function DefaultMap(): JSX.Element {
  const t = useT();
  return (
    <Section header={t("app.statuses.default")}>
      {canonicalStatuses
        .filter((status) => status !== "other")
        .map((status) => (
          <Row
            key={status}
            before={<StatusAvatar status={status} />}
            title={t(statusKey(status))}
            subtitle={Object.keys(defaultStatusMap)
              .filter((word) => defaultStatusMap[word] === status)
              .join(", ")}
            isWrapped
          />
        ))}
    </Section>
  );
}
