import { defaultExpiryHours, longestExpiryHours } from "@backend/modules/identity/domain/invitation.ts";
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { shareAddress, useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Fact, Field, Row, Screen, Section, Slider } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";
import { createInvitation, type RoleName } from "./api.ts";
import { ChoiceRow } from "./components/choice-row.tsx";
import { RolePicker } from "./components/role-picker.tsx";
import { useMe } from "./me.ts";

const hoursPerDay = 24;
const telegramIdShape = /^[1-9]\d{0,15}$/;

type Created = Awaited<ReturnType<typeof createInvitation>>;

export default function NewInvitationScreen(): JSX.Element {
  // Links stay in this screen's memory only: whoever leaves makes another invitation.
  const [created, setCreated] = useState<Created | null>(null);
  return created ? <Ready created={created} /> : <Form onCreated={setCreated} />;
}

function Form({ onCreated }: { onCreated(created: Created): void }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { grantableRoles } = useMe();
  const draft = useDraft("invitation", {
    role: (grantableRoles.find((role) => role === "media_buyer") ?? grantableRoles.at(-1) ?? "support") as RoleName,
    days: defaultExpiryHours / hoursPerDay,
    telegramId: "",
    note: "",
  });
  const [isChoosing, setChoosing] = useState(false);
  const [wasTried, setTried] = useState(false);
  useClosingConfirmation(draft.isDirty);
  const { role, days, telegramId, note } = draft.value;
  const isIdBad = telegramId.trim() !== "" && !telegramIdShape.test(telegramId.trim());
  const create = useAct(createInvitation, {
    stale: ["members"],
    onDone: (answer) => {
      draft.clear();
      onCreated(answer);
    },
  });
  const onCreate = () => {
    setTried(true);
    if (isIdBad) return;
    create.run({
      role,
      expiresInHours: days * hoursPerDay,
      ...(telegramId.trim() ? { forTelegramId: Number(telegramId.trim()) } : {}),
      ...(note.trim() ? { note: note.trim() } : {}),
    });
  };
  const shownDays = new Intl.NumberFormat(format.locale, { style: "unit", unit: "day", unitDisplay: "long" });
  return (
    <Screen
      title={t("app.join.title")}
      back={href("invitations")}
      main={
        isChoosing
          ? undefined
          : { text: t("app.action.create"), onClick: onCreate, isBusy: create.isBusy, isDisabled: create.isOff }
      }
    >
      <Section footer={t(`app.role_hint.${role}`)}>
        <ChoiceRow title={t("app.fact.role")} value={t(`app.roles.${role}`)} onClick={() => setChoosing(true)} />
      </Section>
      <Section>
        <Slider
          label={t("app.invites.valid")}
          min={1}
          max={longestExpiryHours / hoursPerDay}
          value={days}
          shown={shownDays.format(days)}
          onChange={(value) => draft.change({ days: value })}
        />
      </Section>
      <Section>
        <Field
          label={t("app.invites.telegram")}
          value={telegramId}
          onChange={(value) => draft.change({ telegramId: value })}
          inputMode="numeric"
          hint={t("app.invites.telegram_hint")}
          error={wasTried && isIdBad ? t("app.invites.telegram_bad") : undefined}
        />
        <Field
          label={t("app.invites.note")}
          value={note}
          onChange={(value) => draft.change({ note: value })}
          maxLength={200}
        />
      </Section>
      {isChoosing && (
        <RolePicker value={role} onPick={(value) => draft.change({ role: value })} onClose={() => setChoosing(false)} />
      )}
    </Screen>
  );
}

function Ready({ created }: { created: Created }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { workspace } = useMe();
  const { invitation, links } = created;
  return (
    <Screen
      title={t("app.invites.ready")}
      subtitle={t("app.invites.once")}
      back={href("invitations")}
      main={{
        text: t("app.action.share"),
        onClick: () => shareAddress(links.app, t("app.invites.share_text", { workspace: workspace.name })),
      }}
    >
      <Section>
        <Fact name={t("app.invites.link")} value={links.app} canCopy isMono />
        <Fact name={t("app.invites.link_chat")} value={links.chat} canCopy isMono />
      </Section>
      <Section>
        <Row title={t("app.fact.role")} end={t(`app.roles.${invitation.role}`)} />
        <Row title={t("app.fact.until")} end={format.dateTime(invitation.expiresAt)} />
        <Fact name={t("app.invites.telegram")} value={invitation.forTelegramId?.toString()} isMono />
      </Section>
    </Screen>
  );
}
