import { expect, test } from "bun:test";
import { createLogger, loggableError, scrub } from "./log.ts";

const token = "123456789:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";

function written(work: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  work(createLogger("debug", { write: (line: string) => void lines.push(line) }));
  return lines.join("");
}

test("bot tokens and secrets in addresses never reach a log, even inside a cause", () => {
  const cause = new Error(`fetch failed: https://api.telegram.org/bot${token}/sendMessage`);
  const text = written((log) =>
    log.error({ err: new Error("GET /in/abcdefabcdefabcdef?secret=s3cr3t", { cause }) }, "x"),
  );
  expect(text).not.toContain(token);
  expect(text).not.toContain("s3cr3t");
  expect(text).not.toContain("abcdefabcdef");
  expect(text).toContain("fetch failed");
});

test("named secrets and personal data are redacted at the depths where libraries put them", () => {
  const text = written((log) =>
    log.info({ authorization: "tma x1", req: { token: "x2", headers: { authorization: "x3" } }, email: "a@b.c" }, "x"),
  );
  for (const secret of ["x1", "x2", "x3", "a@b.c"]) expect(text).not.toContain(secret);
});

test("a line stays one line, whatever is in it", () => {
  const text = written((log) => log.info({ name: "a\r\nFAKE" }, "line\nbreak"));
  expect(text.trimEnd().split("\n")).toHaveLength(1);
});

test("errors of anything can be logged", () => {
  for (const thrown of [
    null,
    undefined,
    5,
    "text",
    { odd: true },
    new Error("x", { cause: new Error("y", { cause: "z" }) }),
  ])
    expect(JSON.stringify(loggableError(thrown))).toContain("message");
  expect(scrub(`bot${token}/x`)).toBe("bot<bot token>/x");
});

test("values of a failed query stay out, its text and the stack stay in", () => {
  const error = new Error("Failed query: select 1 from persons where name = $1\nparams: Olena,+380671234567\nOdesa");
  const text = written((log) => log.error({ err: error }, "x"));
  for (const value of ["Olena", "+380671234567", "Odesa"]) expect(text).not.toContain(value);
  expect(text).toContain("select 1 from persons");
  expect(text).toContain("log.test.ts");
});
