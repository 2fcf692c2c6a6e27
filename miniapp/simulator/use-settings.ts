import { useCallback, useState } from "react";
import type { Settings } from "./toolbar.tsx";

const KEY = "simulator:settings";
const FIRST: Settings = { personId: 0, palette: "light", platform: "ios", phone: "390x844" };

function stored(): Settings {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>) };
  } catch {
    return FIRST;
  }
}

/** The choices of the toolbar, kept in this browser. */
export function useSettings(): { settings: Settings; change: (part: Partial<Settings>) => void } {
  const [settings, setSettings] = useState(stored);
  const change = useCallback(
    (part: Partial<Settings>) =>
      setSettings((before) => {
        const after = { ...before, ...part };
        localStorage.setItem(KEY, JSON.stringify(after));
        return after;
      }),
    [],
  );
  return { settings, change };
}
