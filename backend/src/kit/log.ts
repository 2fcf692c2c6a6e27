import pino from "pino";

export type Logger = pino.Logger;

/** Field names whose values never reach a log, at the depths where libraries put them. */
const secretNames = [
  "authorization",
  "token",
  "initData",
  "secret",
  "password",
  "apiKey",
  "api_key",
  "cookie",
  "payload",
  "email",
  "phone",
  "text",
  "html",
  "body",
  "x-telegram-bot-api-secret-token",
  "crypto-pay-api-signature",
];

const botToken = /\d{6,12}:[A-Za-z0-9_-]{30,}/g;
const secretInUrl = /([?&/](?:secret|in|token|key|hash)[=/])[^&\s"'/?]+/gi;

/** drizzle's errors quote the values of the failed query: names, addresses, texts of people. The query itself may stay. */
const queryValues = /\nparams: [\s\S]*?(?=\n {4}at |$)/g;

/** Removes bot tokens, secrets and query values from free text, e.g. a message of fetch that quotes the URL it failed on. */
export const scrub = (text: string): string =>
  text.replace(queryValues, "").replace(botToken, "<bot token>").replace(secretInUrl, "$1<secret>");

/** An error as the log keeps it: name, message and stack scrubbed, causes followed, payloads of libraries left out. */
export function loggableError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: scrub(String(error)).slice(0, 500) };
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: scrub(error.message).slice(0, 1000),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    stack: error.stack ? scrub(error.stack).slice(0, 4000) : undefined,
    ...(error.cause !== undefined && depth < 4 ? { cause: loggableError(error.cause, depth + 1) } : {}),
  };
}

/** JSON lines on stdout; one line per event, however odd the values in it. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error) => loggableError(error), error: (error) => loggableError(error) },
      redact: {
        paths: secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: "<redacted>",
      },
    },
    destination ?? pino.destination(1),
  );
}
