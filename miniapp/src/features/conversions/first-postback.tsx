import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { CheckIcon, Spinner } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useEffect, useRef } from "react";
import styles from "./address.module.css";
import { connectionQuery } from "./api.ts";

/** The live stream tells at once; this is for when it is down. */
const pollMs = 5_000;

/** Waits for a connection's first postback and turns green when it has come. */
export function FirstPostback({ connectionId }: { connectionId: string }): JSX.Element {
  const t = useT();
  const { data: connection } = useQuery({
    ...connectionQuery(connectionId),
    refetchInterval: (query) => (query.state.data?.firstEventAt ? false : pollMs),
  });
  const hasArrived = Boolean(connection?.firstEventAt);
  const wasWaiting = useRef(false);
  useEffect(() => {
    if (!hasArrived) wasWaiting.current = true;
    else if (wasWaiting.current) haptics.succeeded();
  }, [hasArrived]);
  return (
    <div role="status" className={`${styles.wait} ${hasArrived ? styles.arrived : ""}`}>
      {hasArrived ? <CheckIcon /> : <Spinner />}
      <span>
        {t(hasArrived ? "app.new_connection.arrived" : "app.new_connection.waiting")}
        {!hasArrived && connection?.lastRefusal && (
          <small style={{ display: "block" }}>{t.find(`app.refusal.${connection.lastRefusal}`)}</small>
        )}
      </span>
    </div>
  );
}
