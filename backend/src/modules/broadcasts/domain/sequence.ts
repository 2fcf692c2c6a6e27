/** Sequences: who begins one, what ends it, and when its steps come. Pure. */
import { lastClock, momentOf, nextClock, wallAt } from "./local-time.ts";
import { type QuietHours, quietUntil } from "./quiet.ts";

/** What begins a sequence. `by_hand` is begun by members alone. */
export type Trigger =
  | { kind: "joined"; source: { test: "is" | "starts"; value: string } | null }
  | { kind: "tagged"; tagId: number }
  /** Null: to any value; a field that is emptied begins nothing. */
  | { kind: "field_changed"; key: string; value: string | number | boolean | null }
  /** Null: any broadcast. */
  | { kind: "clicked"; broadcastId: string | null }
  /** Null: any status. */
  | { kind: "converted"; status: string | null }
  /** Null: any category. */
  | { kind: "opted_in"; categoryId: number | null }
  | { kind: "by_hand" };

/** What ends it besides its last step. Whoever refuses its messages or blocks the bot is out in any case. */
export type StopRule =
  | { kind: "converted"; status: string | null }
  | { kind: "tagged"; tagId: number }
  | { kind: "clicked" }
  | { kind: "replied" };

/** What happened to one person. */
export type Happening =
  | { kind: "joined"; source: string | null }
  | { kind: "tagged"; added: readonly number[] }
  /** By key of the field: what it became, null for nothing. */
  | { kind: "field_changed"; changed: Readonly<Record<string, string | number | boolean | null>> }
  /** Null: in a message of a sequence. */
  | { kind: "clicked"; broadcastId: string | null }
  | { kind: "converted"; status: string }
  | { kind: "opted_in"; categoryId: number }
  | { kind: "opted_out"; categoryId: number }
  | { kind: "replied" }
  | { kind: "lost" };

const fits = <Value>(wanted: Value | null, had: Value): boolean => wanted === null || wanted === had;

export function begins(trigger: Trigger, happening: Happening): boolean {
  switch (trigger.kind) {
    case "joined": {
      if (happening.kind !== "joined") return false;
      const { source } = trigger;
      if (source === null) return true;
      const had = happening.source ?? "";
      return source.test === "is" ? had === source.value : had.startsWith(source.value);
    }
    case "tagged":
      return happening.kind === "tagged" && happening.added.includes(trigger.tagId);
    case "field_changed": {
      const became = happening.kind === "field_changed" ? (happening.changed[trigger.key] ?? null) : null;
      return became !== null && fits(trigger.value, became);
    }
    case "clicked":
      return (
        happening.kind === "clicked" &&
        happening.broadcastId !== null &&
        fits(trigger.broadcastId, happening.broadcastId)
      );
    case "converted":
      return happening.kind === "converted" && fits(trigger.status, happening.status);
    case "opted_in":
      return happening.kind === "opted_in" && fits(trigger.categoryId, happening.categoryId);
    case "by_hand":
      return false;
  }
}

export const stopReasons = [
  "converted",
  "tagged",
  "clicked",
  "replied",
  "opted_out",
  "lost",
  "removed",
  "failed",
] as const;
export type StopReason = (typeof stopReasons)[number];

/** Why this ends a run; null when it goes on. `categoryId`: what kind of message the sequence sends. */
export function endedBy(
  stops: readonly StopRule[],
  categoryId: number | null,
  happening: Happening,
): StopReason | null {
  if (happening.kind === "lost") return "lost";
  // 0: everything.
  if (happening.kind === "opted_out")
    return happening.categoryId === 0 || happening.categoryId === categoryId ? "opted_out" : null;
  const isEnded = stops.some((stop) => {
    if (stop.kind === "tagged") return happening.kind === "tagged" && happening.added.includes(stop.tagId);
    if (stop.kind === "converted") return happening.kind === "converted" && fits(stop.status, happening.status);
    return stop.kind === happening.kind;
  });
  const { kind } = happening;
  return isEnded && kind !== "joined" && kind !== "opted_in" && kind !== "field_changed" ? kind : null;
}

// ── When ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface StepTime {
  delayMinutes: number;
  /** "HH:MM" of the recipient's wall. */
  atClock: string | null;
}

const minuteMs = 60_000;
const dayMinutes = 1_440;

/**
 * When a step comes after the one before it. Without a clock that is the delay. With one, whole days are counted on the wall, so that
 * "in 2 days at 10:00" is the same over a change of the clocks; the rest of the delay is waited for, and then for the clock.
 */
export function stepAt({ delayMinutes, atClock }: StepTime, after: Date, zone: string): Date {
  if (atClock === null) return new Date(after.getTime() + delayMinutes * minuteMs);
  const days = Math.floor(delayMinutes / dayMinutes);
  const rest = delayMinutes % dayMinutes;
  if (days === 0) return nextClock(new Date(after.getTime() + rest * minuteMs), atClock, zone);
  // Of a day on which "2 days later" lies, the clock: not 2 days and up to 24 hours.
  const { day } = wallAt(new Date(after.getTime() + rest * minuteMs), zone);
  const wanted = new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMinutes * minuteMs).toISOString().slice(0, 10);
  return momentOf({ day: wanted, clock: atClock }, zone);
}

/** How long after its clock a step may still go out: what comes later waits for the clock of the next day. */
const clockHoldsMs = 60 * minuteMs;

/**
 * The moment that a step with a clock must still wait for at `now`: after a standstill, or when the step was changed. Null when it may
 * go. A clock within quiet hours counts from their end.
 */
export function clockToWaitFor(step: StepTime, quiet: QuietHours | null, now: Date, zone: string): Date | null {
  if (step.atClock === null) return null;
  const last = lastClock(now, step.atClock, zone);
  const allowed = quietUntil(last, quiet, zone) ?? last;
  if (allowed > now) return allowed;
  if (now.getTime() - allowed.getTime() <= clockHoldsMs) return null;
  return nextClock(new Date(now.getTime() + minuteMs), step.atClock, zone);
}

// ── Editing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Where people stand after the steps were changed: for each former place its new one. Whoever waited for a step that is gone waits
 * for the next one that is still there, or for the end.
 */
export function newPlaces(before: readonly string[], after: readonly string[]): number[] {
  return before.map((_, place) => {
    const survivor = before.slice(place).find((id) => after.includes(id));
    return survivor === undefined ? after.length : after.indexOf(survivor);
  });
}
