/** Haptics, by what happened: a choice, a toggle, a result. Never on scroll. */
import { sdk } from "./sdk.ts";

export const haptics = {
  /** A picker or a tab has another value. */
  selected: (): void => void sdk()?.hapticFeedbackSelectionChanged.ifAvailable(),
  /** Something was switched or pressed. */
  toggled: (): void => void sdk()?.hapticFeedbackImpactOccurred.ifAvailable("light"),
  succeeded: (): void => void sdk()?.hapticFeedbackNotificationOccurred.ifAvailable("success"),
  failed: (): void => void sdk()?.hapticFeedbackNotificationOccurred.ifAvailable("error"),
};
