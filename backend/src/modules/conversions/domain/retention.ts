/** How long a workspace keeps its conversions. Kept under `conversions` in workspaces.settings; what is missing has its default. */

export interface ConversionSettings {
  /** Days that conversions are kept, by the workspace's clock; null = for ever. */
  keepDays: number | null;
}

/** A month of statistics is the least that anybody compares with. */
export const leastKeepDays = 30;
export const mostKeepDays = 3_650;

export const defaultSettings: ConversionSettings = { keepDays: null };

export const isKeepDays = (days: number): boolean =>
  Number.isInteger(days) && days >= leastKeepDays && days <= mostKeepDays;

/** Reads what is stored, whoever wrote it: what makes no sense keeps everything, since deletion cannot be undone. */
export function readSettings(stored: unknown): ConversionSettings {
  const given = (stored as { conversions?: { keepDays?: unknown } } | null)?.conversions?.keepDays;
  return { keepDays: typeof given === "number" && isKeepDays(given) ? given : defaultSettings.keepDays };
}
