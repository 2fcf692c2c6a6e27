/** Screens of imports with the words they say; files that are saved are told of in the words of reports. */
import { withWords } from "@miniapp/shared/i18n.ts";

export const loadImports = withWords(["importing", "reporting"], () => import("./imports.screen.tsx"));
export const loadNewImport = withWords("importing", () => import("./new-import.screen.tsx"));
export const loadImport = withWords(["importing", "reporting"], () => import("./import.screen.tsx"));
