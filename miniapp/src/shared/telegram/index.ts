export { useClosingConfirmation, useOwnVerticalSwipes } from "./behaviour.ts";
export {
  goBackNow,
  type MainButtonState,
  pushBack,
  setOutsideTelegram,
  showMainButton,
  useClientDrawsMainButton,
} from "./buttons.ts";
export { haptics } from "./haptics.ts";
export { type Launch, readLaunch } from "./launch.ts";
export { copyText, type InvoiceOutcome, openAddress, payInvoice, shareAddress } from "./links.ts";
export { askByTelegram, type Question } from "./popup.ts";
export { isActive, onActiveChange } from "./presence.ts";
export { connectTelegram, cssNameOf } from "./start.ts";
