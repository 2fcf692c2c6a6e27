/** Which waiting alerts of one chat become one digest. */

export interface Waiting {
  id: number;
  rank: number;
  threadId: number | null;
  /** Null = must go out as itself. */
  foldKind: string | null;
}

/** Waiting alerts may take this long one by one; longer, and they are folded. */
export const foldAfterMs = 10_000;

export interface FoldPlan {
  /** The oldest: its row carries the digest. */
  leader: number;
  /** The others, oldest first. */
  members: number[];
}

/**
 * `waiting` in the order in which they would go out. The oldest leads; every later one of its kind and topic joins, up to the
 * first of the same topic that must go out as itself: a digest never overtakes it. Other topics are not in each other's way.
 * Null when there is nothing to fold.
 */
export function planFold(waiting: readonly Waiting[]): FoldPlan | null {
  const [leader] = waiting;
  if (!leader || leader.foldKind === null) return null;
  const members: number[] = [];
  for (const next of waiting.slice(1)) {
    if (next.threadId !== leader.threadId) continue;
    if (next.foldKind !== leader.foldKind || next.rank !== leader.rank) break;
    members.push(next.id);
  }
  return members.length === 0 ? null : { leader: leader.id, members };
}
