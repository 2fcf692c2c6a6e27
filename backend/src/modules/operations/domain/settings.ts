/** What a workspace may set about its alerts. Kept under `operations` in workspaces.settings; what is missing has its default. */
import { type AlertTuning, limits, type WorkspaceRule, workspaceRules } from "./alert-rules.ts";

export interface OperationsSettings {
  alerts: {
    isOn: boolean;
    /** Rules that are switched off. */
    off: WorkspaceRule[];
    /** Persons to tell; null = every owner and admin. People outside the team are never told. */
    recipients: string[] | null;
    /** Seconds after which an unsent service or alert message is late. */
    lateSec: number;
    /** A connection that was active is never called silent before this many hours. */
    silentHours: number;
  };
}

export const defaultSettings: OperationsSettings = {
  alerts: { isOn: true, off: [], recipients: null, lateSec: limits.lateSec.raise, silentHours: 3 },
};

export interface SettingsChange {
  alerts?: Partial<OperationsSettings["alerts"]>;
}

const isRule = (name: unknown): name is WorkspaceRule => (workspaceRules as readonly unknown[]).includes(name);
const numberWithin = (value: unknown, min: number, max: number, fallback: number) =>
  typeof value === "number" && value >= min && value <= max ? value : fallback;

/** Reads what is stored, whoever wrote it: an unknown rule or a figure out of range falls back to the default. */
export function readSettings(stored: unknown): OperationsSettings {
  const given = (stored as { operations?: { alerts?: Record<string, unknown> } } | null)?.operations?.alerts ?? {};
  const base = defaultSettings.alerts;
  return {
    alerts: {
      isOn: typeof given.isOn === "boolean" ? given.isOn : base.isOn,
      off: Array.isArray(given.off) ? [...new Set(given.off.filter(isRule))] : base.off,
      recipients: Array.isArray(given.recipients)
        ? given.recipients.filter((id) => typeof id === "string")
        : base.recipients,
      lateSec: numberWithin(given.lateSec, 10, 86_400, base.lateSec),
      silentHours: numberWithin(given.silentHours, 1, 24 * 30, base.silentHours),
    },
  };
}

export const changeSettings = (before: OperationsSettings, change: SettingsChange): OperationsSettings => ({
  alerts: { ...before.alerts, ...change.alerts },
});

export const tuningOf = ({ alerts }: OperationsSettings): AlertTuning => ({
  isOn: alerts.isOn,
  off: alerts.off,
  lateSec: alerts.lateSec,
});
