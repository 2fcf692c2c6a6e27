import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Failure, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect, useRef } from "react";
import { broadcastQuery, createBroadcast } from "./api.ts";

/** Makes a draft and goes on to it: from its first letter on it is kept by the server. `?segment=` and `?bot=` fill it in. */
export default function NewBroadcastScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  const queries = useQueryClient();
  const isBegun = useRef(false);
  const { mutate, error } = useMutation({
    mutationFn: () => {
      const given = new URLSearchParams(window.location.search);
      const segmentId = given.get("segment");
      const botId = given.get("bot");
      return createBroadcast({ ...(segmentId ? { segmentId } : {}), ...(botId ? { botIds: [botId] } : {}) });
    },
    onSuccess: (draft) => {
      queries.setQueryData(broadcastQuery(draft.id).queryKey, draft);
      void queries.invalidateQueries({ queryKey: ["broadcasts", "list"] });
      go(href("broadcast", { broadcastId: draft.id }), { replace: true });
    },
  });
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    mutate();
  }, [mutate]);
  return (
    <Screen title={t("app.broadcasts.add")} back={href("broadcasts")}>
      {error ? <Failure error={error} onRetry={() => mutate()} /> : <Skeleton rows={4} />}
    </Screen>
  );
}
