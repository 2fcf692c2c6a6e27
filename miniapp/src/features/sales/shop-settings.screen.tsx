/** How the shop stands: open or closed, who hears of what, how to reach a human, receipts, and limits. */
import { href } from "@miniapp/app/paths.ts";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { Field, Row, Screen, Section, Switch } from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useChange } from "../alerts/use-change.ts";
import { ChoiceRow } from "../identity/components/choice-row.tsx";
import { useCan } from "../identity/me.ts";
import { LazyPicker } from "../reports/lazy-picker.tsx";
import { amountOf, wholeOf } from "./amounts.ts";
import { type ChangeShopSettings, changeShopSettings, type ShopSettings, shopSettingsQuery } from "./api.ts";
import { type AskBack, AskBackPart, askBackBody, askBackOf } from "./ask-back.tsx";
import { LocalFields } from "./local-fields.tsx";

export default function ShopSettingsScreen(): JSX.Element {
  const { data: settings } = useSuspenseQuery(shopSettingsQuery);
  return <Settings settings={settings} />;
}

interface Form {
  support: ShopSettings["support"];
  reportingCurrency: string;
  refundLimit: string;
  vatCode: string;
  taxSystemCode: string;
  postsPerHour: string;
  taskHours: string;
  askBack: AskBack;
}

const formOf = (settings: ShopSettings): Form => ({
  support: settings.support,
  reportingCurrency: settings.reportingCurrency,
  refundLimit: settings.refundLimit ?? "",
  vatCode: settings.vatCode?.toString() ?? "",
  taxSystemCode: settings.taxSystemCode?.toString() ?? "",
  postsPerHour: String(settings.postsPerHour),
  taskHours: String(settings.taskHours),
  askBack: askBackOf(settings),
});

/** Null while something typed is no number. */
function bodyOf(form: Form): ChangeShopSettings | null {
  const refundLimit = form.refundLimit.trim() === "" ? null : (amountOf(form.refundLimit) ?? undefined);
  const postsPerHour = wholeOf(form.postsPerHour, 1, 1_000);
  const taskHours = wholeOf(form.taskHours, 1, 720);
  if (refundLimit === undefined || postsPerHour === null || taskHours === null) return null;
  if (!/^[A-Z]{3,10}$/.test(form.reportingCurrency)) return null;
  return {
    support: form.support,
    reportingCurrency: form.reportingCurrency,
    refundLimit,
    vatCode: form.vatCode === "" ? null : Number(form.vatCode),
    taxSystemCode: form.taxSystemCode === "" ? null : Number(form.taxSystemCode),
    postsPerHour,
    taskHours,
    ...askBackBody(form.askBack),
  };
}

const noticeKinds = ["person", "order", "payment", "failure"] as const satisfies ShopSettings["notices"];

/** Rates and systems of 54-FZ, by YooKassa's codes. */
const vatCodes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"] as const;
const taxSystems = ["1", "2", "3", "4", "5", "6"] as const;

function Settings({ settings }: { settings: ShopSettings }): JSX.Element {
  const t = useT();
  const can = useCan();
  const queries = useQueryClient();
  const draft = useDraft<Form>("settings", formOf(settings));
  const form = draft.value;
  const mayManage = can("shop.manage");
  const body = bodyOf(form);
  useClosingConfirmation(draft.isDirty);
  const save = useAct(changeShopSettings, {
    stale: ["shop", "me"],
    done: t("app.saved"),
    onDone: (answer) => {
      queries.setQueryData(shopSettingsQuery.queryKey, answer);
      draft.clear();
    },
  });
  const wrong = (isWrong: boolean) => (isWrong ? t("app.sales.amount_wrong") : undefined);
  return (
    <Screen
      title={t("app.selling.settings")}
      back={href("products")}
      main={
        mayManage && draft.isDirty
          ? {
              text: t("app.action.save"),
              onClick: () => body && save.run(body),
              isBusy: save.isBusy,
              isDisabled: save.isOff || body === null,
            }
          : undefined
      }
    >
      <fieldset disabled={!mayManage} style={{ display: "contents" }}>
        <Doors settings={settings} mayManage={mayManage} />
        <Section header={t("app.help.support")} footer={t("app.selling.support_text")}>
          <LocalFields value={form.support} onChange={(support) => draft.change({ support })} maxLength={1_000} />
          <Row title={t("app.help.faq")} to={href("faqEntries")} />
        </Section>
        <Notices settings={settings} mayManage={mayManage} />
        <Section header={t("app.selling.refunds")} footer={t("app.selling.refund_limit_text")}>
          <Field
            label={t("app.selling.reporting_currency")}
            value={form.reportingCurrency}
            onChange={(text) => draft.change({ reportingCurrency: text.toUpperCase().replace(/[^A-Z]/g, "") })}
            hint={t("app.selling.reporting_currency_text")}
            error={wrong(!/^[A-Z]{3,10}$/.test(form.reportingCurrency))}
            maxLength={10}
          />
          <Field
            kind="number"
            label={t("app.selling.refund_limit", { currency: form.reportingCurrency })}
            value={form.refundLimit}
            onChange={(refundLimit) => draft.change({ refundLimit })}
            placeholder={t("app.selling.unlimited")}
            error={wrong(form.refundLimit.trim() !== "" && amountOf(form.refundLimit) === null)}
            maxLength={20}
          />
        </Section>
        <Section header={t("app.selling.receipts")} footer={t("app.selling.receipts_text")}>
          <Field
            kind="select"
            label={t("app.selling.vat")}
            value={form.vatCode}
            choices={[
              { value: "", label: t("app.selling.no_receipts") },
              ...vatCodes.map((value) => ({ value, label: t(`app.selling.vat.${value}`) })),
            ]}
            onChange={(vatCode) => draft.change({ vatCode })}
          />
          {form.vatCode !== "" && (
            <Field
              kind="select"
              label={t("app.selling.tax_system")}
              value={form.taxSystemCode}
              choices={[
                { value: "", label: t("app.selling.tax_system_none") },
                ...taxSystems.map((value) => ({ value, label: t(`app.selling.tax_system.${value}`) })),
              ]}
              onChange={(taxSystemCode) => draft.change({ taxSystemCode })}
            />
          )}
        </Section>
        <AskBackPart value={form.askBack} onChange={(askBack) => draft.change({ askBack })} />
        <Section header={t("app.selling.post_limits")} footer={t("app.selling.post_limits_text")}>
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.selling.posts_per_hour")}
            value={form.postsPerHour}
            onChange={(postsPerHour) => draft.change({ postsPerHour })}
            error={wrong(wholeOf(form.postsPerHour, 1, 1_000) === null)}
            maxLength={4}
          />
          <Field
            kind="number"
            inputMode="numeric"
            label={t("app.selling.task_hours")}
            value={form.taskHours}
            onChange={(taskHours) => draft.change({ taskHours })}
            error={wrong(wholeOf(form.taskHours, 1, 720) === null)}
            maxLength={3}
          />
        </Section>
      </fieldset>
    </Screen>
  );
}

/** Open or closed: at once, with a way back. */
function Doors({ settings, mayManage }: { settings: ShopSettings; mayManage: boolean }): JSX.Element {
  const t = useT();
  const apply = useApply();
  const set = (isOpen: boolean) =>
    apply({ isOpen }, { isOpen: !isOpen }, t(isOpen ? "app.selling.opened" : "app.selling.shut"));
  return (
    <Section footer={t("app.selling.open_text")}>
      <Switch label={t("app.selling.open")} isOn={settings.isOpen} isDisabled={!mayManage} onChange={set} />
      <Row title={t("app.selling.as_customer")} to={href("shop")} />
    </Section>
  );
}

/** A change of the settings that acts at once and can be taken back. */
function useApply() {
  const queries = useQueryClient();
  const change = useChange("shop");
  return (next: ChangeShopSettings, before: ChangeShopSettings, said: string) => {
    const keep = (settings: ShopSettings) => {
      queries.setQueryData(shopSettingsQuery.queryKey, settings);
      void queries.invalidateQueries({ queryKey: ["me"] });
    };
    change.run(() => changeShopSettings(next), {
      said,
      undo: () => changeShopSettings(before).then(keep),
      onDone: keep,
    });
  };
}

function Notices({ settings, mayManage }: { settings: ShopSettings; mayManage: boolean }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const apply = useApply();
  const [isPicking, setPicking] = useState(false);
  const { notices, noticeChat, noticeChatId, noticeThreadId } = settings;
  const before = { noticeChatId, noticeThreadId };
  const topic =
    noticeThreadId === null ? "" : ` · ${t("app.selling.topic", { number: format.number(noticeThreadId) })}`;
  return (
    <Section header={t("app.selling.notices")} footer={noticeChat ? undefined : t("app.selling.notices_text")}>
      <ChoiceRow
        title={t("app.selling.notice_chat")}
        value={noticeChat ? noticeChat.name + topic : t("app.selling.nobody")}
        isQuiet={!noticeChat}
        isDisabled={!mayManage}
        onClick={() => setPicking(true)}
      />
      {noticeChat &&
        noticeKinds.map((kind) => {
          const isOn = notices.includes(kind);
          const next = isOn ? notices.filter((one) => one !== kind) : [...notices, kind];
          return (
            <Switch
              key={kind}
              label={t(`app.selling.notice.${kind}`)}
              isOn={isOn}
              isDisabled={!mayManage}
              onChange={() => apply({ notices: next }, { notices }, t("app.saved"))}
            />
          );
        })}
      {noticeChat && (
        <Row
          title={t("app.selling.tell_nobody")}
          tone="danger"
          isDisabled={!mayManage}
          onClick={() => apply({ noticeChatId: null, noticeThreadId: null }, before, t("app.saved"))}
        />
      )}
      {isPicking && (
        <LazyPicker
          kind="target"
          chatId={noticeChatId}
          onPick={({ chatId, threadId }) =>
            apply({ noticeChatId: chatId, noticeThreadId: threadId }, before, t("app.saved"))
          }
          onClose={() => setPicking(false)}
        />
      )}
    </Section>
  );
}
