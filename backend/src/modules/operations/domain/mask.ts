/** Secrets in what others sent us: the bytes are kept as they came, a person never sees the secret. */

const secretNames =
  "secret|token|password|passwd|pwd|api[_-]?key|access[_-]?token|refresh[_-]?token|authorization|signature|private[_-]?key|client[_-]?secret";
/** `name=value` of a query or form. */
const inForm = new RegExp(`((?:^|[?&;\\s])(?:[\\w.\\-[\\]]*[_.\\-[])?(?:${secretNames})\\]?=)[^&;\\s]+`, "gi");
/** `"name": "value"` or a number, of JSON; a broken text may lack the closing quote. */
const inJson = new RegExp(
  `("(?:[\\w.-]*[_.-])?(?:${secretNames})"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"?|[-\\d.eE+]+)`,
  "gi",
);
/** A bot token anywhere, also with its colon percent-encoded. */
const botToken = /\d{6,12}(?::|%3A)[A-Za-z0-9_-]{30,}/gi;
const bearer = /\b(bearer|basic)(\s+|%20|\+)[A-Za-z0-9._~+/=-]{8,}/gi;

export const hidden = "•••";

/** Hides what looks like a secret by its name or by its shape. */
export const maskSecrets = (text: string): string =>
  text
    .replace(inForm, `$1${hidden}`)
    .replace(inJson, `$1"${hidden}"`)
    .replace(bearer, `$1 ${hidden}`)
    .replace(botToken, hidden);
