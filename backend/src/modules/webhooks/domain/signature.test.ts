import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { signedHeaders } from "./signature.ts";

const call = { messageId: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}', at: new Date(1614265330_000) };
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("a call is signed as the test vector of Standard Webhooks is", () => {
  expect(signedHeaders(call, [secret])).toEqual({
    "webhook-id": call.messageId,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("while secrets change each signs, and a receiver needs nothing but HMAC to check one", () => {
  const other = `whsec_${Buffer.from("another secret of thirty-two byt").toString("base64")}`;
  const at = new Date("2026-11-25T10:00:00.999Z");
  const headers = signedHeaders({ ...call, body: '{"name":"Їжак"}', at }, [secret, other]);
  const signed = `${call.messageId}.${Math.floor(at.getTime() / 1000)}.{"name":"Їжак"}`;
  const byHand = [secret, other].map((one) => {
    const key = Buffer.from(one.slice("whsec_".length), "base64");
    return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  });
  expect(headers["webhook-signature"]).toBe(byHand.join(" "));
});
