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
    for (const [, action = ""] of source.matchAll(/\bauditOf\(\w+, "([^"]+)"/g)) found.add(action);
    for (const [, action = ""] of source.matchAll(/recordChange\(\w+, "([^"]+)"/g)) found.add(`connection.${action}`);
  }
  return [...found];
}

/** What is changed where the rest of an action is put together: `action: \`order.${action}\``. */
async function auditedKinds(): Promise<string[]> {
  const found = new Set<string>();
  for await (const file of new Bun.Glob("modules/**/*.ts").scan({ cwd: "backend/src" })) {
    const source = await Bun.file(`backend/src/${file}`).text();
    for (const [, kind = ""] of source.matchAll(/\baction: `([a-z_]+)\.[^`]*\$\{/g)) found.add(kind);
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

test("every kind of thing that is audited has a name", async () => {
  const kinds = await auditedKinds();
  expect(kinds).toContain("order");
  expect(kinds.filter((kind) => !(`app.audit.${kind}` in appControl))).toEqual([]);
});
