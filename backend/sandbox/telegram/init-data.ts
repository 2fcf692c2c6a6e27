import { createHmac } from "node:crypto";

export interface InitDataFields {
  user: Record<string, unknown> & { id: number; first_name: string };
  start_param?: string;
  chat_type?: string;
  chat_instance?: string;
  query_id?: string;
  /** Unix seconds; now by default. */
  auth_date?: number;
  /** The Ed25519 part cannot be made without Telegram's key; any text keeps parsers content. */
  signature?: string;
}

/** initData signed with a bot's token, as a Mini App receives it. The hash covers every field, `signature` included. */
export function signInitData(botToken: string, fields: InitDataFields): string {
  const pairs: [string, string][] = [["user", JSON.stringify(fields.user)]];
  for (const name of ["query_id", "chat_instance", "chat_type", "start_param"] as const) {
    const value = fields[name];
    if (value !== undefined) pairs.push([name, value]);
  }
  pairs.push(["auth_date", String(fields.auth_date ?? Math.floor(Date.now() / 1000))]);
  pairs.push(["signature", fields.signature ?? Buffer.alloc(64).toString("base64url")]);
  const lines = pairs
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("\n");
  const secret = createHmac("sha256", "WebAppData").update(botToken).digest();
  pairs.push(["hash", createHmac("sha256", secret).update(lines).digest("hex")]);
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}
