/**
 * The address of a tracker in whatever a person copied out of his browser: `…/admin/#!/campaigns/15`, `tracker.example`,
 * `https://tracker.example/admin_api/v1/`. Cut at /admin or /admin_api, without query and fragment, https when nothing is said.
 * Null when no address is in it. Whether it may be called is the business of kit/outbound.ts.
 */
export function trackerAddressOf(pasted: string): string | null {
  const text = pasted.trim().replace(/^[<"'«]+|[>"'»]+$/g, "");
  if (text === "" || text.length > 500 || /[\s\\]/.test(text)) return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/+/, "")}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.hostname === "" || url.username !== "" || url.password !== "") return null;
  const path = url.pathname.replace(/\/(?:admin|admin_api)(?:\/.*)?$/i, "").replace(/\/+$/, "");
  return `${url.origin}${path}`;
}
