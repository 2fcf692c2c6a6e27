import { expect, test } from "bun:test";
import { appControl } from "@backend/i18n/en/app-control.ts";

/** Actions that leave a trace, read from where they are written: `recordAudit(ctx, { action: "…" })` and its like. */
async function auditedActions(): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of new Bun.Glob("modules/**/*.ts").scan({ cwd: "backend/src" })) {
    if (file.endsWith(".test.ts")) continue;
    const source = await Bun.file(`backend/src/${file}`).text();
    for (const [, call = ""] of source.matchAll(/recordAudit\(([\s\S]*?)\);/g))
      for (const [, action = ""] of call.matchAll(/\baction: "([^"]+)"/g)) found.add(action);
    for (const [, action = ""] of source.matchAll(/recordChange\(\w+, "([^"]+)"/g)) found.add(`connection.${action}`);
  }
  return [...found];
}

test("every change that the audit log can hold has words", async () => {
  const actions = await auditedActions();
  expect(actions.length).toBeGreaterThan(15);
  const wordless = actions.filter((action) => {
    const [kind = "", ...rest] = action.split(".");
    return !(`app.audit.${kind}` in appControl && `app.done.${rest.join(".")}` in appControl);
  });
  expect(wordless).toEqual([]);
});
