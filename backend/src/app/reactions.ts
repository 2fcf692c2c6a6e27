/** Who reacts to what. One line per reaction: this file tells the story of the product. */
import type { Reaction } from "@backend/kit/events.ts";

export const reactions: readonly Reaction[] = [];
