import type { JobHandler } from "@backend/kit/jobs.ts";

export const mirrorHandlers: readonly JobHandler[] = [];
