/** One set of texts: which statuses have words of their own in which language, and the buttons under the message. */
import { templateButtons } from "@backend/modules/conversions/domain/template.ts";
import { href } from "@miniapp/app/paths.ts";
import { type Locale, useT } from "@miniapp/shared/i18n.ts";
import { useGoUp } from "@miniapp/shared/navigation.tsx";
import { ask, Badge, Empty, Field, Row, Screen, Section, Switch, Tabs, TrashIcon } from "@miniapp/shared/ui/index.ts";
import { ReorderList } from "@miniapp/shared/ui/reorder-list.tsx";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { StatusAvatar, statusKey } from "../conversions/status.tsx";
import { useCan } from "../identity/me.ts";
import {
  type AlertTemplate,
  changeTemplate,
  deleteTemplate,
  restoreTemplate,
  type TemplateChange,
  templatesQuery,
} from "./api.ts";
import { templateStatuses } from "./template-statuses.ts";
import { useChange } from "./use-change.ts";

const languages = ["uk", "ru", "en"] as const;
type ButtonName = (typeof templateButtons)[number];

export default function TemplateScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { templateId = "" } = useParams<{ templateId: string }>();
  const { data } = useSuspenseQuery(templatesQuery);
  const template = data.items.find(({ id }) => id === templateId);
  const [locale, setLocale] = useState<Locale>(t.locale);
  const mayManage = can("connections.manage");
  if (!template)
    return (
      <Screen title={t("app.templates.title")} back={href("templates")}>
        <Empty text={t("app.templates.gone")} />
      </Screen>
    );
  return (
    <Screen title={template.isDefault ? t("app.templates.default") : template.name} back={href("templates")}>
      <Tabs<Locale>
        label={t("app.target.language")}
        value={locale}
        onChange={setLocale}
        choices={languages.map((value) => ({ value, label: t(`app.languages.${value}`) }))}
      />
      <Section header={t("app.templates.texts")} footer={t("app.templates.texts_hint")}>
        {templateStatuses.map((status) => {
          const isOwn = template.texts.some((text) => text.status === status && text.locale === locale);
          return (
            <Row
              key={status}
              before={<StatusAvatar status={status} />}
              title={status === "any" ? t("app.templates.any") : t(statusKey(status))}
              end={isOwn && <Badge tone="good">{t("app.templates.own")}</Badge>}
              to={href("templateText", { templateId: template.id, status, locale })}
            />
          );
        })}
      </Section>
      {mayManage && <Buttons key={template.buttons.join()} template={template} />}
      {mayManage && !template.isDefault && <Ending key={template.name} template={template} />}
    </Screen>
  );
}

/** The buttons under a message: which, and in which order. The ones that are off wait below. */
function Buttons({ template }: { template: AlertTemplate }): JSX.Element {
  const t = useT();
  const change = useChange("alert-templates");
  const [order, setOrder] = useState<ButtonName[]>(() => [
    ...template.buttons,
    ...templateButtons.filter((name) => !template.buttons.includes(name)),
  ]);
  const save = (buttons: ButtonName[]) => {
    if (buttons.join() === template.buttons.join()) return;
    const undo = { buttons: template.buttons };
    change.run(() => changeTemplate({ id: template.id, change: { buttons } }), {
      said: t("app.saved"),
      undo: () => changeTemplate({ id: template.id, change: undo }),
    });
  };
  const isOn = (name: ButtonName) => template.buttons.includes(name);
  return (
    <Section header={t("app.templates.buttons")} footer={t("app.templates.buttons_hint")}>
      <ReorderList
        label={t("app.templates.buttons")}
        items={order}
        keyOf={(name) => name}
        nameOf={(name) => t(`app.templates.button.${name}`)}
        onChange={(next) => {
          setOrder(next);
          save(next.filter(isOn));
        }}
        render={(name) => (
          <Switch
            label={t(`app.templates.button.${name}`)}
            hint={t(`app.templates.button.${name}_hint`)}
            isOn={isOn(name)}
            isDisabled={change.isBusy}
            onChange={(on) => save(order.filter((one) => (one === name ? on : isOn(one))))}
          />
        )}
      />
    </Section>
  );
}

function Ending({ template }: { template: AlertTemplate }): JSX.Element {
  const t = useT();
  const queries = useQueryClient();
  const goUp = useGoUp(href("templates"));
  const change = useChange("alert-templates");
  const [name, setName] = useState(template.name);
  const rename = (next: TemplateChange) =>
    change.run(() => changeTemplate({ id: template.id, change: next }), {
      said: t("app.saved"),
      undo: () => changeTemplate({ id: template.id, change: { name: template.name } }),
      onError: () => {
        setName(template.name);
        return false;
      },
    });
  const remove = async () => {
    // Routes that used it speak in the default words from then on; making the set anew would not bring them back.
    const isUsed = template.usedBy > 0;
    const isSure =
      !isUsed ||
      (await ask({
        title: t("app.templates.delete_title", { name: template.name }),
        message: t("app.templates.delete_text", { count: template.usedBy }),
        confirm: t("app.action.delete"),
        cancel: t("app.action.cancel"),
        isDestructive: true,
      }));
    if (!isSure) return;
    goUp();
    change.run(() => deleteTemplate(template.id), {
      said: t("app.templates.deleted", { name: template.name }),
      undo: isUsed ? undefined : () => restoreTemplate(template),
      onDone: () => void queries.invalidateQueries({ queryKey: ["alert-routes"] }),
    });
  };
  return (
    <Section>
      <Field
        label={t("app.templates.name")}
        value={name}
        maxLength={80}
        onChange={setName}
        onBlur={() => {
          if (name.trim() !== "" && name.trim() !== template.name) rename({ name: name.trim() });
          else setName(template.name);
        }}
      />
      <Row
        before={<TrashIcon />}
        tone="danger"
        title={t("app.templates.delete")}
        isDisabled={change.isBusy}
        onClick={() => void remove()}
      />
    </Section>
  );
}
