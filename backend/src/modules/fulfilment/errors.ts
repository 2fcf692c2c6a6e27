/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/fulfilment.ts`. */
import { notFound } from "@backend/kit/errors.ts";

export const taskNotFound = () => notFound("fulfilment.task_not_found");
