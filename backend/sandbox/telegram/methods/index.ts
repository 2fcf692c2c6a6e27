import type { Method } from "./call.ts";
import { chatMethods } from "./chats.ts";
import { editMethods } from "./edit.ts";
import { paymentMethods } from "./payments.ts";
import { profileMethods } from "./profile.ts";
import { sendMethods } from "./send.ts";
import { updateMethods } from "./updates.ts";

/** Every method the stand-in knows, by lower-case name. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...profileMethods,
    ...updateMethods,
    ...sendMethods,
    ...editMethods,
    ...chatMethods,
    ...paymentMethods,
  }),
);
