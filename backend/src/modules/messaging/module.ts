/** Wiring of this room: what `app/` mounts and starts. */
import { handle } from "@backend/kit/jobs.ts";
import { tellChatLost } from "./actions/tell-chat-lost.ts";
import { tellChatLostJob } from "./jobs.ts";
import { messagingRoutes } from "./routes.ts";

export { createLaneRuntime, type LaneRuntime, type LaneRuntimeOptions } from "./lane/runtime.ts";

export const messagingModule = {
  routes: messagingRoutes,
  handlers: [handle(tellChatLostJob, tellChatLost, ({ workspaceId }) => workspaceId)],
};
