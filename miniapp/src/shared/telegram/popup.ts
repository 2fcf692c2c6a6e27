import { sdk } from "./sdk.ts";

export interface Question {
  title: string;
  message: string;
  /** The verb of what will be done. */
  confirm: string;
  cancel: string;
  isDestructive?: boolean;
}

/** Telegram's own popup. Undefined when the client has none, or is showing another: then the app asks with its own. */
export async function askByTelegram(question: Question): Promise<boolean | undefined> {
  const showPopup = sdk()?.showPopup;
  if (!showPopup?.isAvailable()) return undefined;
  try {
    const pressed = await showPopup({
      // Longer texts are refused by the client.
      title: question.title.slice(0, 64),
      message: question.message.slice(0, 256),
      buttons: [
        {
          id: "confirm",
          type: question.isDestructive ? "destructive" : "default",
          text: question.confirm.slice(0, 64),
        },
        { id: "cancel", type: "default", text: question.cancel.slice(0, 64) },
      ],
    });
    return pressed === "confirm";
  } catch {
    return undefined;
  }
}
