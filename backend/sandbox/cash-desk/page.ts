/** The page on which somebody pays in the sandbox: what it is for, how much, Pay and Cancel. */

export interface PayPage {
  /** Whose page it plays. */
  provider: string;
  title: string;
  price: string;
  /** Open: it can be paid. Otherwise a line says what became of it. */
  state: "open" | "paid" | "over";
  /** Where the payer goes afterwards. */
  returnUrl: string | null;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const lines: Readonly<Record<Exclude<PayPage["state"], "open">, string>> = {
  paid: "Paid. You can close this page.",
  over: "This can be paid no more. You can close this page.",
};

/** The form posts to its own address, with `deed` pay or cancel. */
export function payPage(page: PayPage): Response {
  const body =
    page.state === "open"
      ? '<form method="post"><button name="deed" value="pay">Pay</button> <button name="deed" value="cancel">Cancel</button></form>'
      : `<p role="status">${lines[page.state]}</p>`;
  const back = page.returnUrl && /^https?:/.test(page.returnUrl) ? page.returnUrl : null;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.provider)} (stand-in)</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 26rem; margin: 3rem auto; padding: 0 1rem }
strong { display: block; font-size: 1.75rem }
button { font: inherit; min-height: 44px; min-width: 8rem; margin: 1rem .5rem 0 0; border-radius: 10px; border: 1px solid }
</style></head><body><main>
<p>${escaped(page.provider)}, played on this machine: no money moves.</p>
<h1>${escaped(page.title)}</h1><strong>${escaped(page.price)}</strong>
${body}
${back ? `<p><a href="${escaped(back)}">Back</a></p>` : ""}
</main></body></html>`;
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      "cache-control": "no-store",
    },
  });
}

/** Which button was pressed. */
export async function deedOf(request: Request): Promise<"pay" | "cancel" | null> {
  const deed = new URLSearchParams(await request.text()).get("deed");
  return deed === "pay" || deed === "cancel" ? deed : null;
}
