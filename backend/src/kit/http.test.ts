import { expect, test } from "bun:test";
import { toErrorResponse } from "./http.ts";
import { createLogger } from "./log.ts";

test("a fault answers with nothing of itself, and the log has its words and where it came from", async () => {
  const lines: string[] = [];
  const log = createLogger("error", { write: (line) => void lines.push(line) });
  const fault = new Error("the shelf fell", { cause: new Error("a screw was missing") });
  const answer = toErrorResponse(fault, new Request("http://localhost/"), { log, sentence: (code) => code });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("shelf");
  const [line] = lines.map((text) => JSON.parse(text));
  expect(line.err).toMatchObject({ message: "the shelf fell", cause: { message: "a screw was missing" } });
  expect(line.err.stack).toContain("http.test.ts");
});
