/** A draft: through which bots, what, to whom, when and how. It saves itself. */
import { href } from "@miniapp/app/paths.ts";
import { useMe } from "@miniapp/features/identity/me.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { sentenceOf, useT, withWords } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { ask, Field, Loading, Row, Screen, Section, Skeleton, Switch, toast } from "@miniapp/shared/ui/index.ts";
import { type JSX, useEffect, useState } from "react";
import { type Broadcast, deleteBroadcast } from "./api.ts";
import { AudiencePart } from "./audience-part.tsx";
import { BotsPart } from "./bots-part.tsx";
import { MessagePart } from "./message-part.tsx";
import type { LinkOptionsProps } from "./results-options.tsx";
import { SchedulePart } from "./schedule-part.tsx";
import { useAutosave } from "./use-autosave.ts";

const loadLinkOptions: LoadCode<LinkOptionsProps> = withWords("results", () => import("./results-options.tsx"));

export default function Composer({ broadcast }: { broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const go = useGo();
  const me = useMe();
  const { value, saving, error, change, flush, isTorn, choose } = useAutosave(broadcast);
  const [isGoing, setGoing] = useState(false);
  const remove = useAct(deleteBroadcast, {
    stale: ["broadcasts"],
    done: t("app.broadcast.deleted"),
    onDone: () => go(href("broadcasts"), { replace: true }),
  });
  // The choice stands on top, and the writer may be far below it.
  useEffect(() => {
    if (isTorn) toast(t("app.broadcast.two_write"));
  }, [isTorn, t]);
  const { options, id: broadcastId } = value;
  const next = async () => {
    setGoing(true);
    const isSaved = await flush();
    setGoing(false);
    if (isTorn) toast(t("app.broadcast.two_write"));
    if (isSaved) go(href("broadcastLaunch", { broadcastId }));
  };
  const confirmRemoval = async () => {
    const isSure = await ask({
      title: t("app.broadcast.delete_title"),
      message: t("app.broadcast.delete_text"),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(broadcastId);
  };
  return (
    <Screen
      title={t("app.broadcast.draft")}
      subtitle={<span role="status">{t(`app.broadcast.${saving}`)}</span>}
      back={href("broadcasts")}
      main={{ text: t("app.broadcast.next"), onClick: () => void next(), isBusy: isGoing }}
    >
      {isTorn && (
        <Section header={t("app.broadcast.two_write")} footer={t("app.broadcast.two_write_text")}>
          <Row tone="accent" title={t("app.broadcast.keep_mine")} onClick={() => choose("mine")} />
          <Row tone="accent" title={t("app.broadcast.take_theirs")} onClick={() => choose("theirs")} />
        </Section>
      )}
      {value.requestedBy && (
        <Section footer={t("app.broadcast.change_takes_back")}>
          <Row title={t("app.broadcast.requested_by", { person: value.requestedBy.name })} isWrapped />
        </Section>
      )}
      <Section footer={saving === "refused" ? sentenceOf(t, error) : undefined}>
        <Field
          label={t("app.broadcast.name")}
          value={value.name}
          onChange={(name) => change({ name })}
          hint={t("app.broadcast.name_hint")}
          maxLength={120}
        />
      </Section>
      <BotsPart chosen={value.botIds} onChange={(botIds) => change({ botIds })} />
      <MessagePart value={value} onChange={change} />
      <AudiencePart value={value} onChange={change} />
      <SchedulePart value={value.schedule} onChange={(schedule) => change({ schedule })} zone={me.workspace.timeZone} />
      <Section header={t("app.broadcast.options")}>
        <Switch
          label={t("app.broadcast.counts_clicks")}
          hint={t("app.broadcast.counts_clicks_hint")}
          isOn={options.countsClicks ?? true}
          onChange={(countsClicks) => change({ options: { ...options, countsClicks } })}
        />
        <Loading skeleton={<Skeleton rows={2} isSingle height={62} />} isCompact>
          <LoadedWith
            name="link-options"
            load={loadLinkOptions}
            props={{ options, onChange: (next) => change({ options: next }) }}
          />
        </Loading>
        <Switch
          label={t("app.broadcast.urgent")}
          hint={t("app.broadcast.urgent_hint")}
          isOn={options.isUrgent ?? false}
          onChange={(isUrgent) => change({ options: { ...options, isUrgent } })}
        />
        <Switch
          label={t("app.broadcast.paid")}
          hint={t("app.broadcast.paid_hint")}
          isOn={options.isPaid ?? false}
          onChange={(isPaid) => change({ options: { ...options, isPaid } })}
        />
      </Section>
      <Section>
        <Row
          tone="danger"
          title={t("app.broadcast.delete")}
          isDisabled={remove.isOff}
          onClick={() => void confirmRemoval()}
        />
      </Section>
    </Screen>
  );
}
