import { statusOrder } from "../conversions/status.tsx";
import type { TemplateStatusName } from "./api.ts";

/** What a set may have a text for: first the one that serves all the others. */
export const templateStatuses: readonly TemplateStatusName[] = ["any", ...statusOrder];
export const isTemplateStatus = (name: string): name is TemplateStatusName =>
  (templateStatuses as readonly string[]).includes(name);
