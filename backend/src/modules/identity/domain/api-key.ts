/** Keys for programs: `swb_` and 192 random bits. */

/** Separates hashes of keys from hashes of other secrets. */
export const apiKeyPurpose = "api-key";
export const apiKeyMark = "swb_";
export const apiKeyShape = /^swb_[A-Za-z0-9_-]{32}$/;

/** What a person recognises a key by: eight characters, six of them random; the other 156 bits are what protects it. */
export const apiKeyPrefix = (key: string): string => key.slice(0, apiKeyMark.length + 6);
