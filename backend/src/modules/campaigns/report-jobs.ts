import type { JobHandler } from "@backend/kit/jobs.ts";

export const reportHandlers: readonly JobHandler[] = [];
