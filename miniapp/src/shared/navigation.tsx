/** Going forward and back inside the app. How deep one is lives in the history entry, so it survives a reload. */
import { type AnchorHTMLAttributes, type JSX, useCallback, useLayoutEffect } from "react";
import { useLocation, useRouter } from "wouter";

const depthOf = (): number => (window.history.state as { depth?: number } | null)?.depth ?? 0;
const scrolls = new Map<string, number>();
const scrollKey = () => `${depthOf()} ${window.location.pathname}`;

export type Go = (path: string, options?: { replace?: boolean }) => void;

/** Opens a screen by its address from `app/paths.ts`. */
export function useGo(): Go {
  const [, navigate] = useLocation();
  return useCallback(
    (path, { replace = false } = {}) => {
      scrolls.set(scrollKey(), window.scrollY);
      const depth = depthOf() + (replace ? 0 : 1);
      navigate(path, { replace, state: { depth } });
      scrolls.delete(scrollKey());
    },
    [navigate],
  );
}

/** One level up: back to where one came from, or to `parent` when a link of the bot opened this screen first. */
export function useGoUp(parent: string): () => void {
  const go = useGo();
  return useCallback(() => {
    if (depthOf() > 0) window.history.back();
    else go(parent, { replace: true });
  }, [go, parent]);
}

/** A link inside the app, a real one: it can be long-pressed, focused and read out. */
export function AppLink({
  to,
  onClick,
  ...rest
}: { to: string } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href">): JSX.Element {
  const { base } = useRouter();
  const go = useGo();
  return (
    <a
      {...rest}
      href={base + to}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    />
  );
}

/** New screens begin at their top; those one comes back to are where they were left. */
export function useScrollMemory(): void {
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what the effect is about
  useLayoutEffect(() => {
    window.scrollTo(0, scrolls.get(scrollKey()) ?? 0);
  }, [path]);
}

/** Keeps the scroll of the screen that a system back leaves. */
export function watchScroll(): void {
  window.history.scrollRestoration = "manual";
  let frame = 0;
  window.addEventListener(
    "scroll",
    () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => scrolls.set(scrollKey(), window.scrollY));
    },
    { passive: true },
  );
}
