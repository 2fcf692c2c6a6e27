/** A draft: through which bots, what, to whom, when and how. It saves itself. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { ask, Field, Row, Screen, Section, Switch } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { type Broadcast, deleteBroadcast } from "./api.ts";
import { AudiencePart } from "./audience-part.tsx";
import { BotsPart } from "./bots-part.tsx";
import { LetterEditor } from "./letter-editor.tsx";
import { useAutosave } from "./use-autosave.ts";
import { WhenPart } from "./when-part.tsx";

type Variants = Broadcast["variants"];

const emptyLetter: Variants[number]["letter"] = { fallback: "en", messages: { en: { kind: "text", html: "" } } };

/** One letter: the first variant; the others are the experiment's. */
function withLetter(variants: Variants, letter: Variants[number]["letter"]): Variants {
  const [first, ...others] = variants;
  return [{ key: first?.key ?? "A", share: first?.share ?? 100, letter }, ...others];
}

export default function Composer({ broadcast }: { broadcast: Broadcast }): JSX.Element {
  const t = useT();
  const go = useGo();
  const { value, saving, error, change, flush } = useAutosave(broadcast);
  const [isGoing, setGoing] = useState(false);
  const remove = useAct(deleteBroadcast, {
    stale: ["broadcasts"],
    done: t("app.broadcast.deleted"),
    onDone: () => go(href("broadcasts"), { replace: true }),
  });
  const { options, id: broadcastId } = value;
  const next = async () => {
    setGoing(true);
    const isSaved = await flush();
    setGoing(false);
    if (isSaved) go(href("broadcastLaunch", { broadcastId }));
  };
  const confirmRemoval = async () => {
    const isSure = await ask({
      title: t("app.broadcast.delete_title"),
      message: t("app.broadcast.delete_text"),
      confirm: t("app.action.delete"),
      cancel: t("app.action.cancel"),
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
      <Section header={t("app.broadcast.message")}>
        <LetterEditor
          value={value.variants[0]?.letter ?? emptyLetter}
          onChange={(letter) => change({ variants: withLetter(value.variants, letter) })}
        />
      </Section>
      <AudiencePart value={value} onChange={change} />
      <WhenPart value={value.schedule} onChange={(schedule) => change({ schedule })} />
      <Section header={t("app.broadcast.options")}>
        <Switch
          label={t("app.broadcast.counts_clicks")}
          hint={t("app.broadcast.counts_clicks_hint")}
          isOn={options.countsClicks ?? true}
          onChange={(countsClicks) => change({ options: { ...options, countsClicks } })}
        />
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
