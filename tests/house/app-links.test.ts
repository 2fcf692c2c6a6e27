import { expect, test } from "bun:test";
import { pathOfStartParam } from "@miniapp/app/paths.ts";

test("every button that opens a screen of the app names one that exists", async () => {
  const strays: string[] = [];
  let found = 0;
  for (const folder of ["backend/src", "bot/src"])
    for await (const file of new Bun.Glob("**/*.ts").scan({ cwd: folder })) {
      if (file.endsWith(".test.ts")) continue;
      const source = await Bun.file(`${folder}/${file}`).text();
      for (const [, path = ""] of source.matchAll(/\bapp: ["`]([^"`]*)["`]/g)) {
        found++;
        const example = path.replaceAll(/\$\{[^}]*\}/g, "1");
        const isAddress = example.startsWith("https:");
        if (example !== "" && !isAddress && pathOfStartParam(example.replaceAll("/", "_")) !== `/${example}`)
          strays.push(`${file}: ${path}`);
      }
    }
  expect(strays).toEqual([]);
  expect(found).toBeGreaterThan(4);
});
