import type { StandInEvent, TelegramStandIn } from "../telegram/index.ts";
import type { LiveEvent } from "./contracts.ts";

/** Bun closes connections that are silent for ten seconds. */
const BEAT_MS = 5_000;

/** Server-sent events of what concerns one person; ends when the page goes away. */
export function liveStream(
  request: Request,
  telegram: TelegramStandIn,
  translate: (event: StandInEvent) => LiveEvent | undefined,
): Response {
  const encoder = new TextEncoder();
  let close = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      send(": hello\n\n");
      const beat = setInterval(() => send(": beat\n\n"), BEAT_MS);
      const stop = telegram.subscribe((event) => {
        const live = translate(event);
        if (live) send(`data: ${JSON.stringify(live)}\n\n`);
      });
      close = () => {
        clearInterval(beat);
        stop();
        close = () => {};
      };
      request.signal.addEventListener("abort", () => close(), { once: true });
    },
    cancel: () => close(),
  });
  return new Response(stream, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
  });
}
