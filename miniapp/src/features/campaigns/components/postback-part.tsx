import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  ask,
  Badge,
  InboxIcon,
  PlusIcon,
  ReplayIcon,
  Row,
  Section,
  Spinner,
  TrashIcon,
  toast,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import {
  type CampaignPostbackStatus,
  checkPostback,
  installPostback,
  postbackQuery,
  removePostback,
} from "../postbacks-api.ts";

export interface PostbackPartProps {
  campaignId: string;
}

/** Whether the campaign sends its conversions here, and the ways to have it so. */
export default function PostbackPart({ campaignId }: PostbackPartProps): JSX.Element {
  const t = useT();
  const format = useFormat();
  const queries = useQueryClient();
  const { data: postback } = useSuspenseQuery(postbackQuery(campaignId));
  const show = (found: CampaignPostbackStatus) => queries.setQueryData(postbackQuery(campaignId).queryKey, found);
  const install = useAct(installPostback, { stale: [], done: t("app.postbacks.installed_done"), onDone: show });
  const remove = useAct(removePostback, { stale: [], done: t("app.postbacks.removed_done"), onDone: show });
  const check = useAct(checkPostback, {
    stale: [],
    onDone(found) {
      show(found);
      toast(t(found.state === "installed" ? "app.postbacks.is_there" : "app.postbacks.is_missing"));
    },
  });
  // One at a time: each reads and writes the same list in the tracker.
  const isOff = install.isOff || remove.isOff || check.isOff;
  const takeOut = async () => {
    const isSure = await ask({
      title: t("app.postbacks.remove"),
      message: t("app.postbacks.remove_ask"),
      confirm: t("app.postbacks.remove_yes"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) remove.run(campaignId);
  };
  const { state, checkedAt, changedAt } = postback;
  const moments = {
    since: changedAt === null ? "" : format.dateTime(changedAt),
    when: checkedAt === null ? "" : format.ago(checkedAt),
  };
  const isMissing = state === "missing";
  const hasIt = state === "installed";
  return (
    <Section header={t("app.postbacks.title")} footer={hasIt || isMissing ? undefined : t("app.postbacks.why")}>
      {hasIt && (
        <Row
          before={<InboxIcon />}
          title={t("app.postbacks.installed")}
          subtitle={t("app.postbacks.installed_text", moments)}
          isWrapped
        />
      )}
      {isMissing && (
        <Row
          before={<WarningIcon />}
          title={t("app.postbacks.missing")}
          subtitle={t("app.postbacks.missing_text", moments)}
          isWrapped
          note={<Badge tone="warn">{t("app.postbacks.is_missing")}</Badge>}
          isNoteBelow
        />
      )}
      {!hasIt && (
        <Row
          before={install.isBusy ? <Spinner /> : isMissing ? <ReplayIcon /> : <PlusIcon />}
          tone="accent"
          title={t(isMissing ? "app.postbacks.put_back" : "app.postbacks.install")}
          subtitle={state === "removed" ? t("app.postbacks.removed_text", moments) : undefined}
          isWrapped
          isDisabled={isOff}
          onClick={() => install.run(campaignId)}
        />
      )}
      {(hasIt || isMissing) && (
        <Row
          before={check.isBusy ? <Spinner /> : <ReplayIcon />}
          tone="accent"
          title={t("app.postbacks.check")}
          isDisabled={isOff}
          onClick={() => check.run(campaignId)}
        />
      )}
      {hasIt && (
        <Row
          before={remove.isBusy ? <Spinner /> : <TrashIcon />}
          tone="danger"
          title={t("app.postbacks.remove")}
          isDisabled={isOff}
          onClick={() => void takeOut()}
        />
      )}
    </Section>
  );
}
