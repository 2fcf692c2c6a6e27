/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/audience.ts`. */
import { notFound } from "@backend/kit/errors.ts";

export const subscriberNotFound = () => notFound("audience.subscriber_not_found");
