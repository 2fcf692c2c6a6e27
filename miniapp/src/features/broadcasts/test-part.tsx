/** A test of what was written, to oneself or to somebody of the team: each variant by itself. */
import { languageTitle } from "@backend/i18n/format.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Failure, Field, PeopleIcon, Row, Section, SendIcon, Skeleton, Tabs, toast } from "@miniapp/shared/ui/index.ts";
import { PickerSheet } from "@miniapp/shared/ui/picker-sheet.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { membersQuery } from "../identity/members-api.ts";
import { type Broadcast, testBroadcast } from "./api.ts";

export function TestPart({ broadcast }: { broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const can = useCan();
  const [variant, setVariant] = useState(0);
  const [chosen, setLanguage] = useState("");
  const languages = Object.keys(broadcast.variants[variant]?.letter.messages ?? {});
  // Another variant may not have it.
  const language = languages.includes(chosen) ? chosen : "";
  const [isPicking, setPicking] = useState(false);
  const members = useQuery({ ...membersQuery, enabled: isPicking });
  const colleagues = members.data?.items.filter(({ isYou, isBlocked }) => !isYou && !isBlocked) ?? [];
  const test = useAct(testBroadcast, {
    stale: [],
    onDone: ({ count }, { personIds }) => {
      if (count > 0) toast(t("app.broadcast.test_sent"));
      else toast(t(personIds ? "app.broadcast.test_missed_other" : "app.broadcast.test_missed"));
    },
  });
  const send = (to: { personIds?: string[] }) =>
    test.run({ broadcastId: broadcast.id, variant, ...(language === "" ? {} : { language }), ...to });
  return (
    <>
      {broadcast.variants.length > 1 && (
        <Tabs
          label={t("app.experiment.title")}
          value={String(variant)}
          choices={broadcast.variants.map(({ key }, at) => ({
            value: String(at),
            label: t("app.experiment.variant", { key }),
          }))}
          onChange={(at) => setVariant(Number(at))}
        />
      )}
      <Section footer={t("app.broadcast.test_hint")}>
        {languages.length > 1 && (
          <Field
            kind="select"
            label={t("app.broadcast.test_language")}
            value={language}
            choices={[
              { value: "", label: t("app.broadcast.test_language_own") },
              ...languages.map((code) => ({ value: code, label: languageTitle(t.locale, code) })),
            ]}
            onChange={setLanguage}
          />
        )}
        <Row
          before={<SendIcon />}
          tone="accent"
          title={t("app.broadcast.test")}
          isDisabled={test.isOff}
          onClick={() => send({})}
        />
        {can("members.read") && (
          <Row
            before={<PeopleIcon />}
            tone="accent"
            title={t("app.broadcast.test_others")}
            isDisabled={test.isOff}
            onClick={() => setPicking(true)}
          />
        )}
      </Section>
      {isPicking && (
        <PickerSheet
          title={t("app.broadcast.test_others")}
          value={null}
          options={colleagues.map(({ person }) => ({
            value: person.id,
            label: person.name,
            hint: person.username ? `@${person.username}` : undefined,
          }))}
          empty={
            members.error ? (
              <Failure error={members.error} onRetry={() => void members.refetch()} isCompact />
            ) : members.isPending ? (
              <Skeleton rows={3} />
            ) : undefined
          }
          onPick={(personId) => send({ personIds: [personId] })}
          onClose={() => setPicking(false)}
        />
      )}
    </>
  );
}
