/** What is typed about how a workspace sends, and what is sent of it. Pure: values in, values out. */
import type { BroadcastSettings } from "./api.ts";

export interface Form {
  needsFourEyes: boolean;
  isQuiet: boolean;
  from: string;
  to: string;
  isLimited: boolean;
  messages: string;
  hours: string;
  stopsItself: boolean;
  blockedPercent: string;
  optedOutPercent: string;
  afterSent: string;
}

export const formOf = ({ needsFourEyes, quietHours, attention, selfStop }: BroadcastSettings): Form => ({
  needsFourEyes,
  isQuiet: quietHours !== null,
  from: quietHours?.from ?? "22:00",
  to: quietHours?.to ?? "09:00",
  isLimited: attention !== null,
  messages: String(attention?.messages ?? 1),
  hours: String(attention?.hours ?? 24),
  stopsItself: selfStop !== null,
  blockedPercent: String(selfStop?.blockedPercent ?? 5),
  optedOutPercent: String(selfStop?.optedOutPercent ?? 3),
  afterSent: String(selfStop?.afterSent ?? 200),
});

function whole(text: string, least: number, most: number): number | null {
  const value = Number(text.trim());
  return /^\d+$/.test(text.trim()) && value >= least && value <= most ? value : null;
}

function percent(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return Number.isFinite(value) && value >= 0.1 && value <= 100 ? value : null;
}

/** A field of time that was cleared, or is half typed, gives "". */
export const isClock = (text: string): boolean => text !== "";

export const numbersOf = (form: Form) => ({
  messages: whole(form.messages, 1, 100),
  hours: whole(form.hours, 1, 720),
  blockedPercent: percent(form.blockedPercent),
  optedOutPercent: percent(form.optedOutPercent),
  afterSent: whole(form.afterSent, 20, 100_000),
});

/** Null while a field that counts is wrong. */
export function settingsOf(form: Form): BroadcastSettings | null {
  const { messages, hours, blockedPercent, optedOutPercent, afterSent } = numbersOf(form);
  const attention = messages !== null && hours !== null ? { messages, hours } : null;
  const selfStop =
    blockedPercent !== null && optedOutPercent !== null && afterSent !== null
      ? { blockedPercent, optedOutPercent, afterSent }
      : null;
  if ((form.isLimited && !attention) || (form.stopsItself && !selfStop)) return null;
  if (form.isQuiet && !(isClock(form.from) && isClock(form.to))) return null;
  return {
    needsFourEyes: form.needsFourEyes,
    quietHours: form.isQuiet ? { from: form.from, to: form.to } : null,
    attention: form.isLimited ? attention : null,
    selfStop: form.stopsItself ? selfStop : null,
  };
}
