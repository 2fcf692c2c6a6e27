import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Section } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

/** Says how old the data is when asking anew has failed. What is known stays on the screen. */
export function Freshness({ of }: { of: { isRefetchError: boolean; dataUpdatedAt: number } }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (!of.isRefetchError) return null;
  const when = format.moment(new Date(of.dataUpdatedAt).toISOString());
  return <Section footer={<span role="status">{t("app.state.stale", { when })}</span>}>{null}</Section>;
}
