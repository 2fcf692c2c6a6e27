/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/audience.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";

export const subscriberNotFound = () => notFound("audience.subscriber_not_found");
export const categoryNotFound = () => notFound("audience.category_not_found");
export const tooManyCategories = (max: number) => conflict("audience.too_many_categories", { max });
export const nameMissing = () => invalid("audience.name_missing");
export const tagNotFound = () => notFound("audience.tag_not_found");
export const tagTaken = (name: string) => conflict("audience.tag_taken", { name });
export const tooManyTags = (max: number) => conflict("audience.too_many_tags", { max });
export const tooManyTagsOfOne = (max: number) => conflict("audience.too_many_tags_of_one", { max });
export const fieldNotFound = () => notFound("audience.field_not_found");
export const fieldTaken = (name: string) => conflict("audience.field_taken", { name });
export const tooManyFields = (max: number) => conflict("audience.too_many_fields", { max });
export const choicesMissing = () => invalid("audience.choices_missing");
/** `kind` names the sentence: each kind of field says what it takes. */
export const valueWrong = (kind: string, field: string) => invalid(`audience.value_wrong.${kind}`, { field });
export const timeZoneUnknown = () => invalid("audience.time_zone_unknown");
export const changeNotFound = () => notFound("audience.change_not_found");
export const chooseOne = () => invalid("audience.choose_one");
