/** Screens of one part of the product in the states that a mere visit does not show, looked at on several phones. */
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessibilityProblems, overflowProblems, targetProblems } from "./looks.ts";
import type { Product } from "./product.ts";
import { type AppPage, openApp, settled } from "./telegram-client.ts";

/** Where a screen is and, if one does something there before it is looked at, what. */
export interface Sight {
  path: string;
  open?: (app: AppPage) => Promise<unknown>;
}

const looks = [
  { platform: "ios", palette: "light", size: [390, 844] },
  { platform: "android", palette: "dark", size: [390, 844] },
  { platform: "ios", palette: "dark", size: [320, 568] },
] as const;

const pictures = join(process.env.ARTIFACTS ?? join(tmpdir(), "switchboard-artifacts"), "pictures");

/** Declares a test for each phone: every sight is accessible, no wider than the window, made for fingers and silent. Leaves pictures. */
export function testSights(product: () => Product, sightsOf: () => Promise<Record<string, Sight>>): void {
  mkdirSync(pictures, { recursive: true });
  for (const look of looks) {
    const phone = `${look.platform}-${look.palette}-${look.size.join("x")}`;
    test(`are accessible, as wide as the window, made for fingers and silent on ${phone}`, async () => {
      const broken: string[] = [];
      for (const [name, { path, open }] of Object.entries(await sightsOf())) {
        const app = await openApp(product(), { ...look, path });
        await settled(app.page);
        await open?.(app);
        await settled(app.page);
        await app.page.screenshot({ path: join(pictures, `${name}-${phone}.png`), fullPage: await isShort(app) });
        for (const check of [accessibilityProblems, overflowProblems, targetProblems])
          broken.push(...(await check(app.page)).map((line) => `${name}: ${line}`));
        broken.push(...app.problems.map((line) => `${name}: ${line}`));
        await app.close();
      }
      expect(broken).toEqual([]);
    });
  }
}

/** A sheet is pictured as it stands on the window, and so is a list without end. */
function isShort({ page }: AppPage): Promise<boolean> {
  return page.evaluate(
    () => !document.querySelector("dialog[open]") && document.documentElement.scrollHeight < 5 * window.innerHeight,
  );
}
