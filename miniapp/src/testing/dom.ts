/**
 * A page for tests. Test files share one process with tests of the server, so what is put on `globalThis` is taken off again.
 * Import React and screens after `openPage`: React looks for a document when it is loaded.
 */
import { Window } from "happy-dom";

const shared = [
  "window",
  "document",
  "navigator",
  "location",
  "history",
  "sessionStorage",
  "localStorage",
  "HTMLElement",
  "HTMLInputElement",
  "HTMLIFrameElement",
  "Element",
  "Node",
  "Event",
  "CustomEvent",
  "MessageEvent",
  "PopStateEvent",
  "MouseEvent",
  "KeyboardEvent",
  "ResizeObserver",
  "MutationObserver",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "getComputedStyle",
  "addEventListener",
  "removeEventListener",
  "dispatchEvent",
  "scrollTo",
  "innerHeight",
  "innerWidth",
  "innerWidth",
  "outerHeight",
  "external",
] as const;

export interface TestPage {
  window: Window;
  /** Takes the page off `globalThis` and ends its timers. */
  close(): Promise<void>;
}

/** A page at `url` with an empty `#root`, visible to all code through the usual globals. */
export function openPage(url: string): TestPage {
  const window = new Window({ url, width: 390, height: 844 });
  window.document.body.innerHTML = '<h1 id="boot-title"></h1><div id="root"></div>';
  const before = new Map<string, PropertyDescriptor | undefined>();
  const set = (name: string, value: unknown) => {
    before.set(name, before.get(name) ?? Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  };
  for (const name of shared) {
    const value = (window as unknown as Record<string, unknown>)[name];
    // Functions of a window must be called on it; classes must stay what they are.
    const isMethod = typeof value === "function" && !/^[A-Z]/.test(name);
    if (value !== undefined) set(name, isMethod ? (value as () => void).bind(window) : value);
  }
  set("window", window);
  set("self", window);
  set("scrollTo", () => undefined);
  set("IS_REACT_ACT_ENVIRONMENT", true);
  window.scrollTo = () => undefined;
  return {
    window,
    async close() {
      await window.happyDOM.abort();
      for (const [name, descriptor] of before)
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
    },
  };
}

/**
 * The page has no layout; a list that shows only what is on screen needs one: every element is 640 px high and wide and an option 56,
 * unless `sizeOf` says otherwise. Gives back what takes it off again, since the classes of elements outlive the page.
 */
export function giveLayout(
  sizeOf = (element: HTMLElement) => (element.getAttribute("role") === "option" ? 56 : 640),
): () => void {
  const putBack = ["offsetHeight", "offsetWidth", "clientHeight", "clientWidth"].map((name) => {
    let owner: object | null = document.createElement("div");
    while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
    const place = owner as object;
    const real = Object.getOwnPropertyDescriptor(place, name) as PropertyDescriptor;
    Object.defineProperty(place, name, {
      configurable: true,
      get(this: HTMLElement) {
        return sizeOf(this);
      },
    });
    return () => Object.defineProperty(place, name, real);
  });
  return () => {
    for (const restore of putBack) restore();
  };
}
