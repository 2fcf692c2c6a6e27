import { type JSX, type ReactNode, useEffect, useRef } from "react";
import { useGoUp } from "../navigation.tsx";
import { haptics, pushBack, showMainButton, useClientDrawsMainButton } from "../telegram/index.ts";
import { Button } from "./button.tsx";
import styles from "./screen.module.css";

export interface MainAction {
  text: string;
  onClick(): void;
  /** Shows a loader and ignores further taps. */
  isBusy?: boolean;
  /** Pass a sentence through `reason` on the page as well: a grey button alone explains nothing. */
  isDisabled?: boolean;
}

export interface ScreenProps {
  title: string;
  subtitle?: ReactNode;
  /** Where the back button leads when this screen was opened by a link; absent on the roots of tabs. */
  back?: string;
  /** The one main action, drawn by Telegram. */
  main?: MainAction | undefined;
  /** At the end of the title line: one small button at most. */
  action?: ReactNode;
  children: ReactNode;
}

/** One page: its title, its way back and its main action. */
export function Screen({ title, subtitle, back, main, action, children }: ScreenProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  const isNative = useClientDrawsMainButton();
  const isInner = back !== undefined;
  const classes = [styles.screen];
  if (isInner) classes.push(styles.inner);
  else classes.push(styles.withTabs);
  if (main && isNative === false) classes.push(styles.withButton);
  return (
    <main className={classes.join(" ")}>
      {back !== undefined && <BackButton parent={back} />}
      {main && isNative !== false && <NativeMainButton {...main} />}
      <header className={styles.head}>
        <div className={styles.title}>
          <h1 ref={heading} style={{ font: "inherit" }}>
            {title}
          </h1>
          {subtitle && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {action}
      </header>
      {children}
      {main && isNative === false && (
        <div className={styles.bottom}>
          <Button onClick={main.onClick} isBusy={main.isBusy} isDisabled={main.isDisabled} isWide>
            {main.text}
          </Button>
        </div>
      )}
    </main>
  );
}

function BackButton({ parent }: { parent: string }): null {
  const goUp = useGoUp(parent);
  const latest = useRef(goUp);
  useEffect(() => {
    latest.current = goUp;
  });
  useEffect(() => pushBack(() => latest.current()), []);
  return null;
}

function NativeMainButton({ text, onClick, isBusy = false, isDisabled = false }: MainAction): null {
  const latest = useRef(onClick);
  useEffect(() => {
    latest.current = onClick;
  });
  useEffect(
    () =>
      showMainButton({
        text,
        isBusy,
        isDisabled,
        onClick: () => {
          if (isBusy || isDisabled) return;
          haptics.toggled();
          latest.current();
        },
      }),
    [text, isBusy, isDisabled],
  );
  return null;
}
