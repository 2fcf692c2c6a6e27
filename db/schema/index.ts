export * from "./bots.ts";
export * from "./conversions.ts";
export * from "./identity.ts";
export * from "./inbox.ts";
export * from "./messaging.ts";
export * from "./operations.ts";
