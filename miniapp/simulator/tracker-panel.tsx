import { useEffect, useState } from "react";
import { api, type PanelDeed, type PanelFlow } from "./api.ts";
import styles from "./tracker-panel.module.css";
import { fill, useWords } from "./words.ts";

const DEEDS = [
  ["move_share", "moveShare"],
  ["add_offer", "addOffer"],
  ["remove_offer", "removeOffer"],
  ["switch_offer", "switchOffer"],
] as const satisfies readonly (readonly [PanelDeed, string])[];

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The tracker's own panel, in which somebody changes a flow while the app has it open. */
export function TrackerPanel({ isShown }: { isShown: boolean }) {
  const words = useWords();
  const [flows, setFlows] = useState<PanelFlow[] | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [failure, setFailure] = useState("");
  const [isActing, setIsActing] = useState(false);

  // The app may have written shares while the panel was out of sight.
  useEffect(() => {
    if (isShown) api.panelFlows().then(setFlows, (cause: unknown) => setFailure(reasonOf(cause)));
  }, [isShown]);

  async function act(flow: PanelFlow, deed: PanelDeed) {
    setIsActing(true);
    setFailure("");
    try {
      const changed = await api.actInPanel({ flowId: flow.id, deed });
      setFlows((before) => before?.map((one) => (one.id === changed.id ? changed : one)) ?? null);
    } catch (cause) {
      setFailure(reasonOf(cause));
    } finally {
      setIsActing(false);
    }
  }

  const flow = flows?.find(({ id }) => id === chosen) ?? flows?.[0];
  return (
    <div className={styles.panel} aria-busy={flows === null && failure === ""}>
      <p className={styles.hint}>{words.panelHint}</p>
      {flows?.length === 0 ? <p className={styles.hint}>{words.noFlows}</p> : null}
      {flows && flow ? (
        <>
          <label className={styles.field}>
            <span>{words.flow}</span>
            <select value={flow.id} onChange={(event) => setChosen(Number(event.target.value))}>
              {flows.map(({ id, name, campaign }) => (
                <option key={id} value={id}>
                  {campaign} · {name}
                </option>
              ))}
            </select>
          </label>
          <Offers offers={flow.offers} />
          <div className={styles.deeds}>
            {DEEDS.map(([deed, word]) => (
              <button key={deed} type="button" disabled={isActing} onClick={() => void act(flow, deed)}>
                {words[word]}
              </button>
            ))}
          </div>
        </>
      ) : null}
      <div role="status" className={styles.status}>
        {failure === "" ? null : fill(words.failed, { reason: failure })}
      </div>
    </div>
  );
}

function Offers({ offers }: Pick<PanelFlow, "offers">) {
  const words = useWords();
  if (offers.length === 0) return <p className={styles.hint}>{words.noOffers}</p>;
  return (
    <ul className={styles.offers}>
      {offers.map(({ id, name, share, isActive }) => (
        <li key={id} data-off={!isActive || undefined}>
          <span>{name}</span>
          <span>
            {share} %{isActive ? "" : ` · ${words.offerOff}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
