import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import {
  Badge,
  Empty,
  IconButton,
  Loading,
  PlusIcon,
  PulseIcon,
  Row,
  Screen,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { statusKey } from "../conversions/status.tsx";
import { watchesQuery } from "./api.ts";

export default function WatchesScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  return (
    <Screen
      title={t("app.reporting.watches")}
      back={href("connections")}
      action={
        can("conversions.manage") && (
          <IconButton icon={<PlusIcon />} label={t("app.watches.add")} onClick={() => go(href("newWatch"))} />
        )
      }
    >
      <Loading skeleton={<Skeleton rows={3} height={86} />}>
        <Watches />
      </Loading>
    </Screen>
  );
}

function Watches(): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  const format = useFormat();
  const { data: watches } = useSuspenseQuery(watchesQuery);
  if (watches.length === 0)
    return (
      <Empty
        icon={<PulseIcon size={30} />}
        title={t("app.watches.empty")}
        text={t("app.watches.empty_text")}
        {...(can("conversions.manage")
          ? { action: { text: t("app.watches.add"), onClick: () => go(href("newWatch")) } }
          : {})}
      />
    );
  return (
    <Section>
      {watches.map((watch) => (
        <Row
          key={watch.id}
          to={href("watch", { watchId: watch.id })}
          title={watch.name}
          end={watch.firedAt ? format.moment(watch.firedAt) : undefined}
          subtitle={[
            t("app.watch.line", {
              direction: t(`app.watch.${watch.direction}`),
              percent: format.number(watch.percent),
            }),
            watch.status ? t(statusKey(watch.status)) : null,
            watch.connection?.name,
          ]
            .filter(Boolean)
            .join(" · ")}
          note={
            <Badge tone={!watch.isOn ? "neutral" : watch.target?.isWritable ? "good" : "warn"}>
              {watch.isOn ? (watch.target?.name ?? t("app.reporting.no_chat")) : t("app.reporting.off")}
            </Badge>
          }
          isNoteBelow
        />
      ))}
    </Section>
  );
}
