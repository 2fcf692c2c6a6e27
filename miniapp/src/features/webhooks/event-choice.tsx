import { useT } from "@miniapp/shared/i18n.ts";
import { Section, Switch } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

/** Which events an endpoint hears: all, with those that come later, or some. An empty list is all. */
export function EventChoice<Name extends string>({
  known,
  value,
  onChange,
}: {
  known: readonly Name[];
  value: readonly Name[];
  onChange(events: Name[]): void;
}): JSX.Element {
  const t = useT();
  const isAll = value.length === 0;
  const toggle = (name: Name, isOn: boolean) => {
    const left = value.filter((other) => other !== name);
    // The last one cannot be taken away: an empty list would mean all of them.
    if (isOn || left.length > 0) onChange(isOn ? [...left, name] : left);
  };
  return (
    <>
      <Section footer={t("app.webhooks.all_text")}>
        <Switch label={t("app.webhooks.all")} isOn={isAll} onChange={(isOn) => onChange(isOn ? [] : [...known])} />
      </Section>
      {!isAll && (
        <Section header={t("app.webhooks.events")}>
          {known.map((name) => (
            <Switch
              key={name}
              label={t.find(`app.webhooks.event.${name}`) ?? name}
              hint={name}
              isOn={value.includes(name)}
              onChange={(isOn) => toggle(name, isOn)}
            />
          ))}
        </Section>
      )}
    </>
  );
}
