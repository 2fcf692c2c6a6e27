/** Writes .env.example from what the configuration reads: `bun run scripts/env-example.ts`. */
import { variables } from "@backend/app/config.ts";

const lines = Object.entries(variables).map(([name, what]) => `# ${what}\n# ${name}=\n`);
await Bun.write(
  new URL("../.env.example", import.meta.url).pathname,
  `# Copy to .env and take away the # of what you set. Everything has a default: with nothing set, the sandbox starts.\n\n${lines.join("\n")}`,
);
