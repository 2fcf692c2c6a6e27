/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/webhooks.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";

export const endpointNotFound = () => notFound("webhooks.endpoint_not_found");
export const callNotFound = () => notFound("webhooks.call_not_found");
export const nameInvalid = () => invalid("webhooks.name_invalid");
export const addressInvalid = () => invalid("webhooks.address_invalid");
export const tooManyEndpoints = (limit: number) => conflict("webhooks.too_many_endpoints", { limit });
export const endpointIsOff = () => conflict("webhooks.endpoint_is_off");
