/** What is done with the links of a broadcast, beside counting them: for the options of its composer. */
import type { Options } from "@backend/modules/broadcasts/contracts.ts";
import { isClickParam } from "@backend/modules/broadcasts/domain/tracked-links.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Field, Switch } from "@miniapp/shared/ui/index.ts";
import { type JSX, useState } from "react";

export interface LinkOptionsProps {
  options: Options;
  onChange(options: Options): void;
}

export default function LinkOptions({ options, onChange }: LinkOptionsProps): JSX.Element | null {
  const t = useT();
  const [typed, setTyped] = useState(options.clickParam ?? "");
  // Addresses that are not counted stay as they were written.
  if (options.countsClicks === false) return null;
  const isWrong = typed !== "" && !isClickParam(typed);
  return (
    <>
      <Switch
        label={t("app.results.utm")}
        hint={t("app.results.utm_hint")}
        isOn={options.utm ?? false}
        onChange={(utm) => onChange({ ...options, utm })}
      />
      <Field
        label={t("app.results.click_param")}
        value={typed}
        onChange={(text) => {
          setTyped(text);
          const { clickParam: _, ...rest } = options;
          // What is half typed stays in its field; what is kept is a name, or nothing.
          if (text === "") onChange(rest);
          else if (isClickParam(text)) onChange({ ...rest, clickParam: text });
        }}
        hint={t("app.results.click_param_hint")}
        error={isWrong ? t("app.results.click_param_problem") : undefined}
        placeholder="sub_id_9"
        maxLength={40}
        isMono
        autoComplete="off"
      />
    </>
  );
}
