/** Wiring of this room: what `app/` mounts and starts. */
export { createLaneRuntime, type LaneRuntime, type LaneRuntimeOptions } from "./lane/runtime.ts";
