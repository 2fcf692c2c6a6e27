/**
 * Turns the built page into one that paints at once: the entry's CSS and two small scripts go into the HTML, and the hashes of
 * those scripts into `csp.json`, from which the server makes its content security policy (no 'unsafe-inline' for scripts).
 */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { minifySync, type Plugin, type Rolldown } from "vite";
import { type HeadFacts, headScript, titleScript } from "./head-script.ts";

interface Options {
  languages: readonly string[];
  /** Source module of the words that every start needs in a language, as part of its path. */
  wordsOf(language: string): string;
  /** Each section that can be the first one on screen, by the path's first part: its source module, and that of its words. */
  sections: Readonly<Record<string, { module: string; words?(language: string): string }>>;
  calls: HeadFacts["calls"];
  /** Heading of the first screen in each language. */
  titles: Record<string, string>;
}

type Bundle = Record<string, Rolldown.OutputAsset | Rolldown.OutputChunk>;

export function inlinePage(options: Options): Plugin {
  let base = "/";
  let isBuild = false;
  const scriptHashes: string[] = [];

  const chunkOf = (bundle: Bundle, module: string): Rolldown.OutputChunk | undefined =>
    Object.values(bundle).find(
      (file): file is Rolldown.OutputChunk =>
        file.type === "chunk" && (file.facadeModuleId ?? "").replaceAll("\\", "/").endsWith(module),
    );

  /** A chunk and what it imports, without what the entry brings along already. */
  function closure(bundle: Bundle, first: Rolldown.OutputChunk, known: ReadonlySet<string>): string[] {
    const found = new Set<string>();
    const visit = (name: string) => {
      const file = bundle[name];
      if (known.has(name) || found.has(name) || file?.type !== "chunk") return;
      found.add(name);
      for (const next of file.imports) visit(next);
    };
    visit(first.fileName);
    return [...found];
  }

  function factsOf(bundle: Bundle): HeadFacts {
    const entry = Object.values(bundle).find(
      (file): file is Rolldown.OutputChunk => file.type === "chunk" && file.isEntry,
    );
    const known = new Set(entry ? closure(bundle, entry, new Set()) : []);
    const address = (name: string) => base + name;
    const needed = (module: string) => {
      const chunk = chunkOf(bundle, module);
      if (!chunk) throw new Error(`the build has no chunk for ${module}`);
      return chunk;
    };
    const inEachLanguage = (moduleOf: (language: string) => string) =>
      Object.fromEntries(options.languages.map((language) => [language, address(needed(moduleOf(language)).fileName)]));
    const sections: HeadFacts["sections"] = {};
    const words: HeadFacts["words"] = {};
    for (const [path, section] of Object.entries(options.sections)) {
      sections[path] = closure(bundle, needed(section.module), known).map(address);
      if (section.words) words[path] = inEachLanguage(section.words);
    }
    return { languages: inEachLanguage(options.wordsOf), sections, words, calls: options.calls };
  }

  /** The function as an immediately called script; its hash goes into csp.json. */
  function script(run: (facts: never) => void, facts: unknown): string {
    const source = `(${run.toString()})(${JSON.stringify(facts).replaceAll("<", "\\u003c")})`;
    const code = minifySync("inline.js", source, { module: false }).code.trim();
    scriptHashes.push(`sha256-${createHash("sha256").update(code).digest("base64")}`);
    return code;
  }

  return {
    name: "switchboard:inline-page",
    enforce: "post",
    configResolved(config) {
      base = config.base;
      isBuild = config.command === "build";
    },
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const facts: HeadFacts =
          isBuild && bundle
            ? factsOf(bundle)
            : {
                languages: Object.fromEntries(options.languages.map((language) => [language, ""])),
                sections: {},
                words: {},
                calls: options.calls,
              };
        let page = html
          .replace("<!--head-script-->", () => `<script>${script(headScript, facts)}</script>`)
          .replace("<!--title-script-->", () => `<script>${script(titleScript, options.titles)}</script>`);
        if (bundle)
          page = page.replace(/<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>/g, (whole, href: string) => {
            const file = bundle[href.slice(base.length)];
            if (file?.type !== "asset") return whole;
            return `<style>${String(file.source).trim()}</style>`;
          });
        return page;
      },
    },
    writeBundle: {
      order: "post",
      sequential: true,
      async handler(output) {
        if (!output.dir) return;
        await writeFile(`${output.dir}/csp.json`, `${JSON.stringify({ scriptHashes }, null, 2)}\n`);
      },
    },
  };
}
