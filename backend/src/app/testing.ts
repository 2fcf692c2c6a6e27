/** The whole product in one process for tests, without a network: real server, real database, Telegram out of reach. */
import { createLogger } from "@backend/kit/log.ts";
import type { TestDatabase } from "@db/testing.ts";
import { readConfig } from "./config.ts";
import { createRuntime, type Runtime } from "./container.ts";
import { createServer } from "./server.ts";

export interface TestProduct {
  runtime: Runtime;
  server: ReturnType<typeof createServer>;
  close(): Promise<void>;
}

/** What is configured unless a test says otherwise. */
export const testEnvironment: Readonly<Record<string, string>> = {
  BOT_TOKEN: `12345678:${"a".repeat(35)}`,
  ADMIN_TELEGRAM_IDS: "1",
  SECRETS_KEY: "a secret for tests of the whole product",
  TELEGRAM_API_ROOT: "http://127.0.0.1:9",
  PUBLIC_URL: "https://switchboard.example",
  LOG_LEVEL: "error",
};

export async function startTestProduct(
  database: TestDatabase,
  environment: Record<string, string> = {},
): Promise<TestProduct> {
  const config = readConfig({ ...testEnvironment, DATABASE_URL: database.url, ...environment });
  const runtime = await createRuntime({ config, database, log: createLogger("silent") });
  return {
    runtime,
    server: createServer(runtime),
    close: async () => {
      await runtime.intake.drain();
      await runtime.hub.close();
    },
  };
}

/** What of a JSON schema is needed to make a value that fits it. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  format?: string;
  pattern?: string;
}

const formats: Readonly<Record<string, () => string>> = {
  uuid: () => crypto.randomUUID(),
  "date-time": () => "2026-01-01T00:00:00.000Z",
  date: () => "2026-01-01",
  uri: () => "https://example.com/",
  email: () => "person@example.com",
};

/** Texts to try against a pattern; a pattern that none of them fits needs one more here. */
const candidates = ["x", "1", "en", "name", "USD", "a@example.com", "00:00", "#x", "/x", ""];

function sampleText(schema: Schema): string {
  const format = schema.format ? formats[schema.format] : undefined;
  if (format) return format();
  const { pattern } = schema;
  const text = candidates.find((candidate) => pattern !== undefined && new RegExp(pattern).test(candidate));
  if (pattern !== undefined && text === undefined) throw new Error(`no sample fits the pattern ${pattern}`);
  return (text ?? "x").padEnd(schema.minLength ?? 0, text ?? "x");
}

/** Elysia writes a number as "a number, or text that reads as one"; the number it is. */
const simplest = (options: readonly Schema[]): Schema | undefined =>
  options.find(({ type }) => type === "integer" || type === "number") ??
  options.find(({ type }) => type !== "null") ??
  options[0];

/**
 * A value that fits `schema`, with everything optional left out unless `given` names it: ids by the name of their field. So a
 * route's body is valid, and every id in it is the one under test.
 */
export function sampleOf(schema: Schema | undefined, given: Readonly<Record<string, unknown>> = {}): unknown {
  if (!schema) return undefined;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sampleOf(simplest(schema.anyOf), given);
  switch (schema.type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).filter(
        ([name]) => name in given || schema.required?.includes(name),
      );
      return Object.fromEntries(fields.map(([name, field]) => [name, given[name] ?? sampleOf(field, given)]));
    }
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items, given));
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleText(schema);
  }
}
