/** Signatures as Standard Webhooks has them (webhook-signature: "v1,…", one for each living secret). */
import { Webhook } from "standardwebhooks";

/** The three headers that let a receiver tell who calls, when, and that nothing was changed on the way. */
export function signedHeaders(
  call: { messageId: string; body: string; at: Date },
  secrets: readonly string[],
): Record<string, string> {
  return {
    "webhook-id": call.messageId,
    "webhook-timestamp": String(Math.floor(call.at.getTime() / 1000)),
    "webhook-signature": secrets
      .map((secret) => new Webhook(secret).sign(call.messageId, call.at, call.body))
      .join(" "),
  };
}
