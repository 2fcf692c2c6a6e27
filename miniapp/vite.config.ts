/** The Mini App's build: one page that serves every bot (`/app/<bot id>/…`), its files under `/app-assets/`. */
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { app as en } from "../backend/src/i18n/en/app.ts";
import { app as ru } from "../backend/src/i18n/ru/app.ts";
import { app as uk } from "../backend/src/i18n/uk/app.ts";
import { compress } from "./build/compress.ts";
import { inlinePage } from "./build/inline-page.ts";

const root = join(import.meta.dirname, "..");

/** The SDK and what it is made of: connected beside the first screen, see `shared/telegram/sdk.ts`. */
const isForTelegram = /node_modules\/(?:@telegram-apps|valibot|better-promises|error-kid|mitt)\b/;
/** Parts that only inner screens use. */
const isForLater =
  /node_modules\/big\.js|shared\/(?:words\/|upload\.ts)|shared\/ui\/(?:chart|fields|marked-area|picker-sheet|popup-dialog|reorder-list|sheet|virtual-list)\b|react-virtual|virtual-core/;
const isOnFirstScreen = (id: string) =>
  !isForLater.test(id) &&
  !isForTelegram.test(id) &&
  /rolldown\/runtime|node_modules|miniapp\/src\/(?:app|shared)\/|i18n\/(?:translator|format)\.ts|identity\/me\.ts|conversions\/status\.tsx|today\/today\.module\.css/.test(
    id,
  );
/** Long lists and pickers: most inner screens have one. */
const isForLists = /shared\/ui\/(?:fields|picker-sheet|sheet|virtual-list)\b|react-virtual|virtual-core/;
/** What the screens of Traffic share; their own parts stay apart. */
const isForTraffic =
  /features\/conversions\/(?:api|conversion-row|day|raw-call|target-picker|traffic-views|use-filter)|chats-api/;
/** Who is in the team: asked for by Control, and by whoever chooses a person. */
const isForPersons = /features\/identity\/members-api\.ts/;
/** A message as Telegram shows it: in Control, and wherever one is written. */
const isForMessages = /features\/messaging\/(?:components\/(?:message|telegram-text)|telegram-html)/;
/** Small parts that forms of Traffic use too: they come without what only Control needs. */
const isForForms = /features\/(?:identity\/components\/choice-row|operations\/use-act)/;
/** What the screens of Control share. */
const isForControl =
  /features\/(?:operations|identity|messaging|bots)\/(?:api|scopes|use-|components\/)|features\/messaging\/telegram-html/;

const traffic = {
  module: "features/conversions/traffic.section.tsx",
  words: (language: string) => `shared/words/${language}-traffic.ts`,
};

const control = {
  module: "features/operations/control.section.tsx",
  words: (language: string) => `shared/words/${language}-control.ts`,
};

const reports = {
  module: "features/reports/reports.section.tsx",
  words: (language: string) => `shared/words/${language}-reporting.ts`,
};

const alerts = {
  module: "features/alerts/alerts.section.tsx",
  words: (language: string) => `shared/words/${language}-alerts.ts`,
};

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  publicDir: false,
  resolve: {
    alias: {
      "@backend": join(root, "backend/src"),
      "@db": join(root, "db"),
      "@miniapp": join(import.meta.dirname, "src"),
    },
  },
  plugins: [
    react(),
    inlinePage({
      languages: ["en", "ru", "uk"],
      wordsOf: (language) => `shared/words/${language}.ts`,
      sections: {
        "": { module: "features/today/today.screen.tsx" },
        traffic,
        conversions: traffic,
        connections: traffic,
        inbox: traffic,
        reports,
        routes: alerts,
        templates: alerts,
        lab: alerts,
        control,
        join: control,
      },
      calls: { "*": ["/api/v1/me"], "": ["/api/v1/reports/today"] },
      titles: { en: en["app.tabs.today"], ru: ru["app.tabs.today"], uk: uk["app.tabs.today"] },
    }),
    compress(),
  ],
  build: {
    outDir: join(root, "dist/miniapp"),
    emptyOutDir: true,
    target: ["chrome120", "safari16.4"],
    assetsDir: "app-assets",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    assetsInlineLimit: 2048,
    rolldownOptions: {
      output: {
        chunkFileNames: (chunk) =>
          `app-assets/${isForTelegram.test(chunk.facadeModuleId ?? "") ? "telegram" : "[name]"}-[hash].js`,
        codeSplitting: {
          groups: [
            // All that the first screen needs anyway, in one request; React would otherwise sit apart from the code that uses it.
            { name: "app", test: isOnFirstScreen },
            { name: "lists", test: isForLists },
            { name: "persons", test: isForPersons },
            { name: "traffic", test: isForTraffic },
            { name: "forms", test: isForForms },
            { name: "messages", test: isForMessages },
            { name: "control", test: isForControl },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": process.env.API_ORIGIN ?? "http://127.0.0.1:3000" } },
});
