/** A post in words: its state, how far it is, and what stands for its address where there is little room. */
import type { Format } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { Badge, type Tone } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { MyPost } from "./api.ts";

type State = MyPost["state"];

const tones: Readonly<Record<State, Tone>> = {
  created: "neutral",
  sent: "neutral",
  processing: "warn",
  completed: "good",
  failed: "bad",
  cancelled: "neutral",
};

export function StateBadge({ state }: { state: State }): JSX.Element {
  const t = useT();
  return <Badge tone={tones[state]}>{t(`app.posts.state.${state}`)}</Badge>;
}

/** Without what all addresses of a platform begin with. */
export const shortAddress = (address: string): string =>
  address.replace(/^https:\/\/(?:www\.)?/, "").replace(/\/$/, "");

/** "60 % · 90 views": what is known of the work, or nothing. That it is whole its state says. */
export function progressLine(t: AppTranslator, format: Format, { percent, counts }: MyPost["progress"]): string {
  return [
    ...(percent === null || percent === 100 ? [] : [format.percent(percent / 100)]),
    ...counts.map(({ name, count }) => t(`app.posts.count.${countKey(name)}`, { count })),
  ].join(" · ");
}

const countKeys = ["views_added", "reactions_added", "comments_added", "reposts_added"] as const;
/** Names that the server does not know it counts no further; the last stands for none of them. */
const countKey = (name: string) => countKeys.find((key) => key === name) ?? "views_added";
