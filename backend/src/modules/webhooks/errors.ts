/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/webhooks.ts`. */
import { notFound } from "@backend/kit/errors.ts";

export const endpointNotFound = () => notFound("webhooks.endpoint_not_found");
