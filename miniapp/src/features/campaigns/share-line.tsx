/** One offer or landing with its share. Drawn anew only when something of its own has changed. */
import { isActive, type ShareProblem } from "@backend/modules/campaigns/domain/shares.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import {
  Badge,
  Button,
  IconButton,
  MinusIcon,
  PinIcon,
  PlusIcon,
  Toggle,
  TrashIcon,
} from "@miniapp/shared/ui/index.ts";
import { type JSX, memo, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { ShareMark } from "./share-mark.tsx";
import styles from "./shares.module.css";

export interface LineDeeds {
  set(id: string, share: number): void;
  pin(id: string, isPinned: boolean): void;
  turn(id: string, isActive: boolean): void;
  remove(id: string): void;
}

export interface ShareLineProps {
  id: string;
  /** Its name, or its number where the key may not see it. */
  label: string;
  /** Countries and the like. */
  note: string;
  /** The offer itself was archived in the tracker. */
  isArchived: boolean;
  share: number;
  state: string;
  isPinned: boolean;
  /** What the tracker has; null for a row that is new. */
  wasShare: number | null;
  wasState: string | null;
  /** Without it the line is only read. */
  deeds: LineDeeds | null;
  /** What was asked for and cannot be, and what could be instead. */
  problem: ShareProblem | null;
  nearest: number | null;
  figuresOf?: ((id: string) => ReactNode) | undefined;
}

export const ShareLine = memo(function ShareLine(props: ShareLineProps): JSX.Element {
  const { id, label, note, share, state, isPinned, wasShare, wasState, deeds, problem, nearest } = props;
  const t = useT();
  const { percent } = useFormat();
  const isOn = isActive({ state });
  const from = wasShare === null || wasState === null ? null : { id, share: wasShare, state: wasState };
  const isChanged = from?.share !== share || from.state !== state;
  return (
    <div className={`${styles.line} ${isChanged ? styles.changed : ""}`}>
      <div className={styles.lineHead}>
        <div className={styles.lineWords}>
          <div className={`${styles.name} ${isOn ? "" : styles.isOff}`}>{label}</div>
          <div className={styles.second}>
            <span className={styles.note}>{note}</span>
            {props.isArchived && <Badge tone="warn">{t("app.shares.archived")}</Badge>}
            {deeds === null && !isOn && <Badge>{t("app.shares.is_off")}</Badge>}
            {isChanged && <ShareMark from={from} to={{ id, share, state }} />}
          </div>
        </div>
        {deeds === null ? (
          <span className={`${styles.percent} ${isOn ? "" : styles.isOff}`}>
            {isPinned && <PinIcon size={18} />}
            {percent(share / 100)}
          </span>
        ) : (
          <Turn id={id} label={label} isOn={isOn} deeds={deeds} />
        )}
      </div>
      {deeds !== null &&
        (isOn ? (
          <Controls id={id} label={label} share={share} isPinned={isPinned} deeds={deeds} />
        ) : (
          <div className={styles.controls}>
            <span className={`${styles.percent} ${styles.isOff}`}>{percent(share / 100)}</span>
            <span className={styles.space} />
            <Remove id={id} label={label} deeds={deeds} />
          </div>
        ))}
      {deeds !== null && problem && (
        <div className={styles.refusal} role="alert">
          <span>{t(`app.shares.problem.${problem}`)}</span>
          {nearest !== null && (
            <Button kind="plain" onClick={() => deeds.set(id, nearest)}>
              {t("app.shares.take_nearest", { share: percent(nearest / 100) })}
            </Button>
          )}
        </div>
      )}
      {props.figuresOf?.(id)}
    </div>
  );
});

/** Digits of a whole percent; null for none. More than there is asks for all of it. */
const readPercent = (typed: string): number | null => (typed === "" ? null : Math.min(100, Number(typed)));

/** The share as a number, by steps and by hand. While it slides only this part is drawn; letting go asks for it. */
function Controls({ id, label, share, isPinned, deeds }: Part<"share" | "isPinned">): JSX.Element {
  const t = useT();
  const { percent } = useFormat();
  const [slid, setSlid] = useState<number | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const slider = useRef<HTMLInputElement>(null);
  const shown = slid ?? share;
  const ask = (value: number) => {
    setSlid(null);
    if (value !== share) deeds.set(id, value);
  };
  const step = (by: number) => {
    const next = share + by;
    if (isPinned || next < 0 || next > 100) return;
    haptics.toggled();
    setTyped(null);
    ask(next);
  };
  const latest = useRef({ ask, step });
  useEffect(() => {
    latest.current = { ask, step };
  });
  const byHand = useCallback((by: number) => latest.current.step(by), []);
  // React's onChange is the input event, which comes with every step; the browser's own change comes when the thumb is let go.
  useEffect(() => {
    const element = slider.current;
    const letGo = () => latest.current.ask(Number(element?.value));
    element?.addEventListener("change", letGo);
    return () => element?.removeEventListener("change", letGo);
  }, []);
  const leaveField = () => {
    const value = typed === null ? null : readPercent(typed);
    setTyped(null);
    if (value !== null) ask(value);
  };
  return (
    <>
      <div className={styles.controls}>
        <Step by={-1} label={label} onStep={byHand} isDisabled={isPinned || share <= 0} />
        <label className={styles.number}>
          <span className="visually-hidden">{t("app.shares.share_of", { name: label })}</span>
          <input
            type="text"
            inputMode="numeric"
            autoComplete="off"
            enterKeyHint="done"
            value={typed ?? String(shown)}
            disabled={isPinned}
            onFocus={({ currentTarget: field }) => {
              field.select();
              // The keyboard would cover it otherwise.
              setTimeout(() => field.scrollIntoView({ block: "center", behavior: "smooth" }), 300);
            }}
            onChange={(event) => setTyped(event.target.value.replace(/\D/g, "").slice(0, 3))}
            onBlur={leaveField}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.nativeEvent.isComposing) event.currentTarget.blur();
              const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
              if (by === 0) return;
              event.preventDefault();
              step(by);
            }}
          />
          <span aria-hidden="true">%</span>
        </label>
        <Step by={1} label={label} onStep={byHand} isDisabled={isPinned || share >= 100} />
        <span className={styles.space} />
        <Pin id={id} label={label} isPinned={isPinned} deeds={deeds} />
        <Remove id={id} label={label} deeds={deeds} />
      </div>
      <input
        ref={slider}
        type="range"
        className={styles.slider}
        aria-label={t("app.shares.share_of", { name: label })}
        aria-valuetext={percent(shown / 100)}
        min={0}
        max={100}
        value={shown}
        disabled={isPinned}
        onChange={(event) => {
          haptics.selected();
          setSlid(Number(event.target.value));
        }}
      />
    </>
  );
}

// What of a line does not say its share is drawn once: a step of one row changes the shares of all.
type Part<Name extends keyof ShareLineProps = never> = Pick<ShareLineProps, "id" | "label" | Name> & {
  deeds: LineDeeds;
};

const Turn = memo(function Turn({ id, label, isOn, deeds }: Part & { isOn: boolean }): JSX.Element {
  const t = useT();
  return (
    <Toggle
      label={t("app.shares.turn", { name: label })}
      isOn={isOn}
      onChange={(isActive) => deeds.turn(id, isActive)}
    />
  );
});

const Step = memo(function Step(props: {
  by: 1 | -1;
  label: string;
  isDisabled: boolean;
  onStep(by: number): void;
}): JSX.Element {
  const { by, label, isDisabled, onStep } = props;
  const t = useT();
  return (
    <IconButton
      icon={by === 1 ? <PlusIcon /> : <MinusIcon />}
      label={t(by === 1 ? "app.shares.more" : "app.shares.less", { name: label })}
      onClick={() => onStep(by)}
      isDisabled={isDisabled}
    />
  );
});

const Pin = memo(function Pin({ id, label, isPinned, deeds }: Part<"isPinned">): JSX.Element {
  const t = useT();
  return (
    <button
      type="button"
      className={styles.pin}
      aria-pressed={isPinned}
      aria-label={t("app.shares.pin", { name: label })}
      onClick={() => {
        haptics.toggled();
        deeds.pin(id, !isPinned);
      }}
    >
      <PinIcon />
    </button>
  );
});

const Remove = memo(function Remove({ id, label, deeds }: Part): JSX.Element {
  const t = useT();
  return (
    <IconButton icon={<TrashIcon />} label={t("app.shares.remove", { name: label })} onClick={() => deeds.remove(id)} />
  );
});
