/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/broadcasts.ts`. */
import { notFound } from "@backend/kit/errors.ts";

export const broadcastNotFound = () => notFound("broadcasts.broadcast_not_found");
