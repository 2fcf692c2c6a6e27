import { api, type BotCard, type InvoiceCard } from "./api.ts";
import type { PopupRequest } from "./bridge.ts";
import { type DialogButton, Question } from "./dialogs.tsx";
import { useWords, type Words } from "./words.ts";

/** A question that stands over the app until it is answered. */
export type Ask =
  | { kind: "popup"; popup: PopupRequest; answer: (id: string | null) => void }
  | { kind: "invoice"; invoice: InvoiceCard; answer: (status: string) => void }
  | { kind: "write"; answer: (isAllowed: boolean) => void }
  | { kind: "close" };

interface Props {
  ask: Ask;
  bot: BotCard;
  personId: number;
  /** The question goes away, whatever the answer. */
  onDone: () => void;
  onPay: (invoice: InvoiceCard, answer: (status: string) => void) => Promise<void>;
  /** Closes the app. */
  onClose: () => void;
}

/** Draws what the app asked Telegram to ask, and carries the answer back. */
export function AskDialog({ ask, bot, personId, onDone, onPay, onClose }: Props) {
  const words = useWords();
  if (ask.kind === "popup") {
    const answer = (id: string | null) => {
      onDone();
      ask.answer(id);
    };
    return (
      <Question title={ask.popup.title ?? ""} buttons={popupButtons(ask.popup, words)} onAnswer={answer}>
        {ask.popup.message}
      </Question>
    );
  }
  if (ask.kind === "invoice") {
    const buttons: DialogButton[] = [
      { id: "cancel", text: words.cancel },
      { id: "fail", text: words.failPayment, isDangerous: true },
      { id: "pay", text: `${words.pay} ⭐ ${ask.invoice.stars}`, isMain: true },
    ];
    const answer = (id: string | null) => {
      if (id === "pay") return void onPay(ask.invoice, ask.answer);
      onDone();
      ask.answer(id === "fail" ? "failed" : "cancelled");
    };
    return (
      <Question title={`${words.invoice}: ${ask.invoice.title}`} buttons={buttons} onAnswer={answer}>
        {ask.invoice.description}
      </Question>
    );
  }
  if (ask.kind === "write") {
    const answer = async (id: string | null) => {
      onDone();
      if (id === "ok") await api.allowWriting(personId, bot.id);
      ask.answer(id === "ok");
    };
    const buttons = [
      { id: "cancel", text: words.cancel },
      { id: "ok", text: words.allow, isMain: true },
    ];
    return (
      <Question title={bot.name} buttons={buttons} onAnswer={(id) => void answer(id)}>
        {words.writeAccess}
      </Question>
    );
  }
  const buttons = [
    { id: "stay", text: words.stay },
    { id: "close", text: words.close, isDangerous: true },
  ];
  const answer = (id: string | null) => {
    onDone();
    if (id === "close") onClose();
  };
  return (
    <Question title={bot.name} buttons={buttons} onAnswer={answer}>
      {words.closeSure}
    </Question>
  );
}

function popupButtons(popup: PopupRequest, words: Words): DialogButton[] {
  const standard: Record<string, string> = { ok: words.ok, close: words.close, cancel: words.cancel };
  const wished = popup.buttons?.length ? popup.buttons : [{ id: "", type: "close" }];
  return wished.map(({ id, type, text }) => ({
    id,
    text: standard[type] ?? text ?? words.ok,
    isDangerous: type === "destructive",
  }));
}
