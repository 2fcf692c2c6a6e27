/** Sequences of the invented team: one that waits to be started, and one that is still being written. */
import type { ActionContext } from "@backend/kit/context.ts";
import { activateSequence } from "@backend/modules/broadcasts/actions/release-sequence.ts";
import { createSequence, pauseSequence } from "@backend/modules/broadcasts/actions/sequences.ts";
import type { ClickPorts } from "@backend/modules/broadcasts/click-ports.ts";
import type { SequenceBody } from "@backend/modules/broadcasts/sequence-contracts.ts";

type Letter = SequenceBody["steps"][number]["letter"];

const letter = (en: string, uk: string): Letter => ({
  fallback: "en",
  messages: { en: { kind: "text", html: en }, uk: { kind: "text", html: uk } },
});
const step = (delayMinutes: number, atClock: string | null, said: Letter): SequenceBody["steps"][number] => ({
  delayMinutes,
  atClock,
  condition: null,
  letter: said,
});
const shared = { botIds: [], categoryId: null, isUrgent: false, isRepeatable: false };

const dayMinutes = 1_440;

/** Paused and a draft: a demo that writes to people by itself would surprise them. */
export async function seedSequences(ctx: ActionContext<ClickPorts>): Promise<void> {
  const welcome = await createSequence(ctx, {
    ...shared,
    name: "Welcome · 3 days",
    trigger: { kind: "joined", source: null },
    stops: [{ kind: "replied" }, { kind: "converted", status: null }],
    steps: [
      step(0, null, letter("Welcome! Here is what you can do with us.", "Вітаємо! Ось що з нами можна зробити.")),
      step(
        dayMinutes,
        "10:00",
        letter("Yesterday you looked around. Shall we go on?", "Учора ви роздивлялися. Продовжимо?"),
      ),
      step(
        2 * dayMinutes,
        "18:30",
        letter("<b>Last day</b> of the welcome price.", "<b>Останній день</b> вітальної ціни."),
      ),
    ],
  });
  await activateSequence(ctx, { sequenceId: welcome.id });
  await pauseSequence(ctx, { sequenceId: welcome.id });
  await createSequence(ctx, {
    ...shared,
    name: "Thanks for the order",
    trigger: { kind: "converted", status: "sale" },
    stops: [],
    isRepeatable: true,
    steps: [step(5, null, letter("Thank you! Your order is on its way.", "Дякуємо! Ваше замовлення вже в дорозі."))],
  });
}
