import { href, paths } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import {
  Avatar,
  ask,
  Badge,
  CheckIcon,
  Empty,
  Fact,
  PlusIcon,
  Row,
  SalesIcon,
  Screen,
  Section,
} from "@miniapp/shared/ui/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useLocation } from "wouter";
import { changeMe, eraseMe, exportMe, leaveWorkspace } from "./api.ts";
import { ChoiceRow } from "./components/choice-row.tsx";
import { ExportRow } from "./components/export-row.tsx";
import { type LanguageChoice, LanguagePicker } from "./components/language-picker.tsx";
import { TimeZonePicker } from "./components/time-zone-picker.tsx";
import { meQuery, useMe } from "./me.ts";

/** Stands for "no zone of my own" in the picker; no zone is called so. */
const workspaceZone = "workspace";

export default function ProfileScreen(): JSX.Element {
  const t = useT();
  const me = useMe();
  const [path] = useLocation();
  const [isErased, setErased] = useState(false);
  const { person, member, workspace } = me;
  // People outside the team find this screen at the root: there is nowhere to go back to.
  const back = path === paths.profile ? { back: href("control") } : {};
  if (isErased)
    return (
      <Screen title={t("app.tabs.profile")}>
        <Empty icon={<CheckIcon size={30} />} title={t("app.people.erased")} text={t("app.profile.erased_text")} />
      </Screen>
    );
  return (
    <Screen title={t("app.tabs.profile")} {...back}>
      <Section>
        <Row
          before={<Avatar name={person.name} />}
          title={person.name || t("app.people.nameless")}
          subtitle={[person.username && `@${person.username}`, workspace.name].filter(Boolean).join(" · ")}
          after={member ? <Badge>{t(`app.roles.${member.role}`)}</Badge> : undefined}
        />
        <Fact name={t("app.fact.telegram_id")} value={person.telegramId?.toString()} canCopy isMono />
      </Section>
      <Preferences />
      <Section footer={t("app.profile.subscriptions_text")}>
        <Row title={t("app.profile.subscriptions")} to={href("subscriptions")} />
      </Section>
      <Shop />
      <Workspaces />
      <Section header={t("app.profile.data")} footer={t("app.profile.stores")}>
        <ExportRow load={exportMe} name="my-data.json" />
      </Section>
      <Section footer={member ? t("app.people.member_first") : undefined}>
        {member && <Leaving />}
        <Erasure onErased={() => setErased(true)} />
      </Section>
    </Screen>
  );
}

function Preferences(): JSX.Element {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const { chosenLocale, chosenTimeZone } = me.person;
  const [choosing, setChoosing] = useState<"language" | "zone" | null>(null);
  const change = useAct(changeMe, { stale: [], onDone: (answer) => queries.setQueryData(meQuery.queryKey, answer) });
  return (
    <Section>
      <ChoiceRow
        title={t("app.fact.language")}
        value={chosenLocale ? t(`app.languages.${chosenLocale}`) : t("app.profile.auto")}
        onClick={() => setChoosing("language")}
        isDisabled={change.isOff}
      />
      <ChoiceRow
        title={t("app.fact.time_zone")}
        value={chosenTimeZone ?? me.timeZone}
        onClick={() => setChoosing("zone")}
        isDisabled={change.isOff}
      />
      {choosing === "language" && (
        <LanguagePicker<LanguageChoice>
          hasAuto
          value={chosenLocale ?? "auto"}
          onPick={(value) => change.run({ locale: value === "auto" ? null : value })}
          onClose={() => setChoosing(null)}
        />
      )}
      {choosing === "zone" && (
        <TimeZonePicker
          first={{ value: workspaceZone, label: t("app.profile.workspace_zone"), hint: me.workspace.timeZone }}
          value={chosenTimeZone ?? workspaceZone}
          onPick={(value) => change.run({ timeZone: value === workspaceZone ? null : value })}
          onClose={() => setChoosing(null)}
        />
      )}
    </Section>
  );
}

/** A member buys as anybody does; whoever bought something finds it here when the shop is no tab of his. */
function Shop(): JSX.Element | null {
  const t = useT();
  const { member, isShopOpen } = useMe();
  if (member)
    return (
      <Section footer={isShopOpen ? undefined : t("app.profile.shop_closed")}>
        <Row before={<SalesIcon />} title={t("app.profile.shop")} to={href("shop")} />
      </Section>
    );
  if (isShopOpen) return null;
  return (
    <Section>
      <Row before={<SalesIcon />} title={t("app.profile.purchases")} to={href("mine")} />
    </Section>
  );
}

/** Each workspace is opened through its own bot, since launch data is signed for one bot. */
function Workspaces(): JSX.Element | null {
  const t = useT();
  const { workspaces, canCreateWorkspace } = useMe();
  if (workspaces.length === 0 && !canCreateWorkspace) return null;
  return (
    <Section
      header={t("app.profile.workspaces")}
      footer={canCreateWorkspace ? t("app.profile.new_workspace_text") : undefined}
    >
      {workspaces.map(({ id, name, role, isCurrent, bot }) => (
        <Row
          key={id}
          before={<Avatar name={name} tone={isCurrent ? "accent" : "neutral"} />}
          title={name}
          subtitle={bot ? t(`app.roles.${role}`) : t("app.profile.no_bot")}
          after={isCurrent ? <CheckIcon size={22} /> : undefined}
          {...(isCurrent || !bot ? {} : { onClick: () => openAddress(`https://t.me/${bot.username}?startapp`) })}
        />
      ))}
      {canCreateWorkspace && (
        <Row before={<PlusIcon />} title={t("app.profile.new_workspace")} tone="accent" to={href("newWorkspace")} />
      )}
    </Section>
  );
}

function Erasure({ onErased }: { onErased(): void }): JSX.Element {
  const t = useT();
  const { member } = useMe();
  // Nothing is asked anew: the next question would make a new person of whoever asks.
  const erase = useAct(eraseMe, { stale: [], onDone: onErased });
  const onClick = async () => {
    const isSure = await ask({
      title: t("app.people.erase"),
      message: t("app.profile.erase_text"),
      confirm: t("app.people.erase"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) erase.run(undefined);
  };
  return (
    <Row
      title={t("app.people.erase")}
      tone="danger"
      onClick={() => void onClick()}
      isDisabled={erase.isOff || member !== null}
    />
  );
}

function Leaving(): JSX.Element {
  const t = useT();
  const leave = useAct(leaveWorkspace, { stale: ["me"] });
  const onClick = async () => {
    const isSure = await ask({
      title: t("app.profile.leave"),
      message: t("app.profile.leave_text"),
      confirm: t("app.profile.leave"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) leave.run(undefined);
  };
  return <Row title={t("app.profile.leave")} tone="danger" onClick={() => void onClick()} isDisabled={leave.isOff} />;
}
