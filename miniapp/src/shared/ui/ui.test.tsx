/** What the shared parts promise to whoever uses them, by touch, by keys or by ear. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { layOut, openPage, type TestPage } from "@miniapp/testing/dom.ts";
import type { ReactNode } from "react";
import type { Root } from "react-dom/client";

let page: TestPage;
let takeOff: () => void;
let root: Root | undefined;
let act: typeof import("react").act;
let ui: typeof import("./index.ts");
let picker: typeof import("./picker-sheet.tsx");
let reorder: typeof import("./reorder-list.tsx");
let drafts: typeof import("../drafts.ts");
let i18n: typeof import("../i18n.ts");
let words: import("../i18n.ts").AppTranslator;

beforeAll(async () => {
  page = openPage("http://localhost/app/bot-1/");
  takeOff = layOut((element) => (element.getAttribute("role") === "option" ? 56 : 640));
  const { setConnected } = await import("../telegram/sdk.ts");
  setConnected(undefined);
  ({ act } = await import("react"));
  [ui, picker, reorder, drafts, i18n] = await Promise.all([
    import("./index.ts"),
    import("./picker-sheet.tsx"),
    import("./reorder-list.tsx"),
    import("../drafts.ts"),
    import("../i18n.ts"),
  ]);
  words = await i18n.loadTranslator("en");
});
afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  document.body.innerHTML = "";
});
afterAll(async () => {
  takeOff();
  await page.close();
});

async function show(children: ReactNode): Promise<void> {
  const { createRoot } = await import("react-dom/client");
  const place = document.createElement("div");
  document.body.append(place);
  root = createRoot(place);
  const { WordsContext } = i18n;
  await act(async () => root?.render(<WordsContext value={words}>{children}</WordsContext>));
}

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const named = (name: string) =>
  all("button, [role=option], a").find(
    (element) => element.getAttribute("aria-label") === name || element.textContent?.trim() === name,
  );
const tap = (element: HTMLElement | undefined) => act(async () => element?.click());

/** Types as a browser does: React listens to the input event, and sees only values set behind its back. */
async function type(selector: string, text: string): Promise<void> {
  const field = document.querySelector(selector) as HTMLInputElement;
  await act(async () => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, text);
    field.dispatchEvent(new page.window.Event("input", { bubbles: true }) as unknown as Event);
  });
}

let isBroken = false;
function Part(): string {
  if (isBroken) throw Object.assign(new Error(), { code: "common.unavailable", params: {} });
  return "rows";
}

let draft: import("../drafts.ts").Draft<{ name: string }> | undefined;
function Form(): null {
  draft = drafts.useDraft("form", { name: "" });
  return null;
}

describe("a picker", () => {
  const options = Array.from({ length: 12 }, (_, index) => ({ value: String(index), label: `Chat ${index}` }));

  test("gives what was tapped and closes", async () => {
    const picked: string[] = [];
    let closed = 0;
    await show(
      <picker.PickerSheet
        title="Chats"
        options={options}
        value="1"
        onPick={(value) => void picked.push(value)}
        onClose={() => closed++}
      />,
    );
    expect(named("Chat 1")?.getAttribute("aria-selected")).toBe("true");
    await tap(named("Chat 2"));
    expect(picked).toEqual(["2"]);
    expect(closed).toBe(1);
  });

  test("stays open when another choice follows", async () => {
    let closed = 0;
    await show(
      <picker.PickerSheet title="Chats" options={options} value={null} onPick={() => false} onClose={() => closed++} />,
    );
    await tap(named("Chat 0"));
    expect(closed).toBe(0);
  });

  test("finds by a part of the name in any case, and says when there is nothing", async () => {
    await show(
      <picker.PickerSheet title="Chats" options={options} value={null} onPick={() => true} onClose={() => {}} />,
    );
    await type("input[type=search]", "CHAT 11");
    expect(all("[role=option]").map((option) => option.textContent)).toEqual(["Chat 11"]);
    await type("input[type=search]", "zzz");
    expect(all("[role=option]")).toEqual([]);
    await tap(named("Reset"));
    expect(all("[role=option]").length).toBeGreaterThan(1);
  });

  test("is closed by its cross and by Telegram's back button, before the screen is left", async () => {
    let closed = 0;
    await show(
      <ui.Sheet title="Sheet" onClose={() => closed++}>
        <p>…</p>
      </ui.Sheet>,
    );
    await tap(named("Close"));
    const { goBackNow } = await import("../telegram/index.ts");
    await act(async () => void goBackNow());
    expect(closed).toBe(2);
  });
});

test("a field is named by its label, and its error is tied to it and announced", async () => {
  await show(<ui.Field label="Name" value="" onChange={() => {}} error="Taken" />);
  const input = document.querySelector("input") as HTMLInputElement;
  expect(all("label").find((label) => label.getAttribute("for") === input.id)?.textContent).toBe("Name");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const note = document.getElementById(input.getAttribute("aria-describedby") ?? "");
  expect(note?.textContent).toBe("Taken");
  expect(note?.getAttribute("role")).toBe("alert");
});

test("a chip that is on is taken off by another tap", async () => {
  const changes: (string | undefined)[] = [];
  await show(
    <ui.Chips
      label="Statuses"
      choices={[{ value: "sale", label: "Sale" }]}
      value="sale"
      onChange={(value) => changes.push(value)}
    />,
  );
  expect(named("Sale")?.getAttribute("aria-pressed")).toBe("true");
  await tap(named("Sale"));
  expect(changes).toEqual([undefined]);
});

test("a toast can be undone once", async () => {
  let undone = 0;
  await show(<ui.ToastHost />);
  await act(async () => ui.toast("Paused", { undo: () => undone++ }));
  expect(document.body.textContent).toContain("Paused");
  await tap(named("Undo"));
  expect(undone).toBe(1);
  expect(document.body.textContent).not.toContain("Paused");
});

test("without Telegram's popup the app asks by itself, and leaving means no", async () => {
  await show(<ui.PopupHost />);
  const question = { title: "Delete?", message: "For good.", confirm: "Delete", cancel: "Cancel" };
  let answer: Promise<boolean> | undefined;
  await act(async () => {
    answer = ui.ask(question);
    await Promise.resolve();
  });
  await tap(named("Cancel"));
  expect(await answer).toBe(false);
  await act(async () => {
    answer = ui.ask(question);
    await Promise.resolve();
  });
  await tap(named("Delete"));
  expect(await answer).toBe(true);
});

test("a list is put in order by arrow keys, and the new place is said", async () => {
  let items = ["a", "b", "c"];
  const list = () => (
    <reorder.ReorderList
      label="Order"
      items={items}
      keyOf={(item) => item}
      nameOf={(item) => item.toUpperCase()}
      render={(item) => item}
      onChange={(next) => {
        items = next;
      }}
    />
  );
  await show(list());
  await act(async () => {
    named("Move A")?.dispatchEvent(
      new page.window.KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }) as unknown as Event,
    );
  });
  expect(items).toEqual(["b", "a", "c"]);
  expect(document.querySelector("[aria-live]")?.textContent).toContain("2");
});

test("what failed can be tried again, and only its own part of the screen fails", async () => {
  isBroken = true;
  const quiet = console.error;
  console.error = () => {};
  await show(
    <>
      <p>other</p>
      <ui.Loading>
        <Part />
      </ui.Loading>
    </>,
  );
  console.error = quiet;
  expect(document.body.textContent).toContain("other");
  expect(document.querySelector("[role=alert]")?.textContent).toContain("busy");
  isBroken = false;
  await tap(named("Try again"));
  expect(document.body.textContent).toContain("rows");
});

test("unsaved input outlives the page, and is forgotten when it is saved", async () => {
  await show(<Form />);
  await act(async () => draft?.change({ name: "Keitaro" }));
  expect(draft?.isDirty).toBe(true);
  await act(async () => root?.unmount());
  await show(<Form />);
  expect(draft?.value.name).toBe("Keitaro");
  await act(async () => draft?.clear());
  expect(draft?.value.name).toBe("");
  expect(draft?.isDirty).toBe(false);
});
