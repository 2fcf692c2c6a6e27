/** What every screen is held to, whatever it shows: accessible, no wider than the window, big enough for a finger. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

declare global {
  interface Window {
    axe?: typeof axe;
  }
}

/**
 * Where text may wear Telegram's accent colour though it stands out too little from its ground. The palettes are Telegram's,
 * not ours to change, and its own clients colour the same things so. Its buttons are excused too; text in any other colour has no
 * excuse.
 */
const accentText: Readonly<Record<string, string>> = {
  "nav [aria-current=page], nav [aria-current=page] *": "the tab one is on",
  "[role=tab][aria-selected=true]": "the view one is on",
  "section > h2": "Android's coloured section headers",
  "[class*='_accent_'], [class*='_accent_'] *": "a row that acts",
  "button [class*='_end_'] *": "a value that is changed by a tap on its row",
  "[data-avatar]": "initials in place of a picture, which the name beside them repeats",
  "[class*='_key_']": "a button under a message, as the chat shows it",
  label: "of the field that is written in",
};

/** Findings of axe by the rules of WCAG 2.2 AA, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axeSource);
  return page.evaluate(async (excused) => {
    const { violations } = await (window.axe as typeof axe).run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      resultTypes: ["violations"],
    });
    const theme = getComputedStyle(document.documentElement);
    const colour = (name: string) => theme.getPropertyValue(`--tg-theme-${name}-color`).trim();
    const accent = colour("accent-text");
    const isTelegramsButton = (data: { fgColor?: string; bgColor?: string } | undefined) =>
      data?.fgColor === colour("button-text") && data.bgColor === colour("button") && data.bgColor !== "";
    const lines: string[] = [];
    for (const { id, help, nodes } of violations)
      for (const { target, any, all, none } of nodes) {
        const selector = target.join(" ");
        const first = any[0] ?? all[0] ?? none[0];
        if (id === "color-contrast" && isTelegramsButton(first?.data)) continue;
        const isAccent = id === "color-contrast" && accent !== "" && first?.data?.fgColor === accent;
        if (isAccent && document.querySelector(selector)?.matches(excused)) continue;
        lines.push(`${id}: ${selector}: ${first?.message ?? help}`);
      }
    return lines;
  }, Object.keys(accentText).join(", "));
}

/** Says by how much the page can be scrolled sideways. */
export async function overflowProblems(page: Page): Promise<string[]> {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return excess > 0 ? [`${excess} px wider than the window`] : [];
}

/**
 * Targets that a finger of 44 px may miss. Measured by hit testing, so that room around a small picture counts when it is part
 * of the target, and a neighbour that lies on top does not.
 */
export async function targetProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wanted = 44;
    const found: string[] = [];
    const targets = "a[href], button, input, select, textarea, summary, [role=option]";
    const scope = document.querySelector("dialog[open]") ?? document;
    const scrolled = window.scrollY;
    for (const element of scope.querySelectorAll<HTMLElement>(targets)) {
      if (element.closest(".visually-hidden") || !element.checkVisibility({ visibilityProperty: true })) continue;
      element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const { left, top, width, height } = element.getBoundingClientRect();
      const labels = "labels" in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
      const isHit = (x: number, y: number) => {
        const hit = document.elementFromPoint(x, y);
        return hit !== null && [element, ...labels].some((part) => part === hit || part.contains(hit));
      };
      const middle = { x: left + width / 2, y: top + height / 2 };
      const reach = (dx: number, dy: number) => {
        let steps = 0;
        while (steps < wanted && isHit(middle.x + dx * (steps + 1), middle.y + dy * (steps + 1))) steps++;
        return steps;
      };
      if (!isHit(middle.x, middle.y)) {
        if (!element.matches(":disabled")) found.push(`covered: ${nameOf(element)}`);
        continue;
      }
      const wide = reach(-1, 0) + reach(1, 0) + 1;
      const high = reach(0, -1) + reach(0, 1) + 1;
      // A target whose edge lies between two pixels loses one of them to rounding.
      if (wide < wanted - 1 || high < wanted - 1) found.push(`${wide}×${high} px: ${nameOf(element)}`);
    }
    window.scrollTo(0, scrolled);
    function nameOf(element: HTMLElement): string {
      const words = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return `${element.tagName.toLowerCase()} “${words.trim().slice(0, 40)}”`;
    }
    return [...new Set(found)];
  });
}
