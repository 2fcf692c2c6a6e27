/** How screens are looked at: those of one part of the product on several phones, or one as it stands in the middle of a story. */
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessibilityProblems, overflowProblems, targetProblems } from "./looks.ts";
import type { PersonName, Product } from "./product.ts";
import { type AppPage, openApp, settled } from "./telegram-client.ts";

/** Where a screen is and, if one does something there before it is looked at, what. */
export interface Sight {
  path: string;
  /** Who looks; the owner otherwise. */
  person?: PersonName;
  open?: (app: AppPage) => Promise<unknown>;
}

const looks = [
  { platform: "ios", palette: "light", size: [390, 844] },
  { platform: "android", palette: "dark", size: [390, 844] },
  { platform: "ios", palette: "dark", size: [320, 568] },
] as const;

const pictures = join(process.env.ARTIFACTS ?? join(tmpdir(), "switchboard-artifacts"), "pictures");

/** What is wrong with a screen as it stands, one line each. Leaves a picture of that name. */
export async function lookAt(app: AppPage, name: string): Promise<string[]> {
  mkdirSync(pictures, { recursive: true });
  await settled(app.page);
  await app.page.screenshot({ path: join(pictures, `${name}.png`), fullPage: await isShort(app) });
  const lines: string[] = [];
  for (const check of [accessibilityProblems, overflowProblems, targetProblems])
    lines.push(...(await check(app.page)).map((line) => `${name}: ${line}`));
  return lines;
}

/** Declares a test for each phone: every sight is accessible, no wider than the window, made for fingers and silent. Leaves pictures. */
export function testSights(product: () => Product, sightsOf: () => Promise<Record<string, Sight>>): void {
  for (const look of looks) {
    const phone = `${look.platform}-${look.palette}-${look.size.join("x")}`;
    test(`are accessible, as wide as the window, made for fingers and silent on ${phone}`, async () => {
      const broken: string[] = [];
      for (const [name, { path, person, open }] of Object.entries(await sightsOf())) {
        const app = await openApp(product(), { ...look, path, ...(person ? { person } : {}) });
        await settled(app.page);
        await open?.(app);
        broken.push(...(await lookAt(app, `${name}-${phone}`)));
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
