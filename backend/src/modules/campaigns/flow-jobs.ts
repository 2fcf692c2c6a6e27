import type { JobHandler } from "@backend/kit/jobs.ts";

export const flowHandlers: readonly JobHandler[] = [];
