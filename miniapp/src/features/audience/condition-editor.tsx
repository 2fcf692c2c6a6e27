/** Whom something is for. */
import type { JSX } from "react";

export interface ConditionEditorProps {
  /** Null = everybody. */
  value: { kind: string } | null;
  onChange(value: { kind: string } | null): void;
  /** Whose people are counted below. */
  botIds: readonly string[];
  categoryId?: number | null | undefined;
}

/** Nothing can be chosen: there are no rules yet. */
export const ConditionEditor = (_: ConditionEditorProps): JSX.Element | null => null;
