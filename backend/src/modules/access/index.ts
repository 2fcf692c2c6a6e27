/**
 * Access: who may be in which closed chat. A product opens chats; whoever has it gets a link of his own and is let in when he asks to join;
 * when it ends he is shown out. What holds: nobody comes in by a link alone, so a forwarded one is worth nothing; only those whom we let in
 * are ever shown out, and never who rules in the chat; Telegram is asked outside of transactions, and every call may be repeated.
 */
export { askToJoin, isDoorKept } from "./actions/ask-to-join.ts";
export { followBlocks } from "./actions/follow-blocks.ts";
export { followEntitlements } from "./actions/follow-entitlements.ts";
export { noteRights } from "./actions/note-rights.ts";
export { openedBy } from "./actions/opened-by.ts";
export { accessModule } from "./module.ts";
export { accessPersonData } from "./person-data.ts";
export type { AccessPorts, ChatGates } from "./ports.ts";
