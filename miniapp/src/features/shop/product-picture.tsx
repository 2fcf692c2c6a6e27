import { SalesIcon } from "@miniapp/shared/ui/index.ts";
import { usePicture } from "@miniapp/shared/use-picture.ts";
import type { JSX } from "react";
import styles from "./shop.module.css";

/** A product's picture, or a bag in its place. Its name stands beside it, so nothing is said of it. */
export function ProductPicture({ path, isLarge }: { path: string | null; isLarge?: boolean }): JSX.Element | null {
  const address = usePicture(path);
  const className = isLarge ? styles.poster : styles.thumbnail;
  if (address) return <img className={className} src={address} alt="" data-thumbnail />;
  // A page without a picture needs none; a picture on its way keeps its place.
  if (isLarge && path === null) return null;
  return (
    <span className={className} aria-hidden="true" data-thumbnail>
      <SalesIcon size={isLarge ? 40 : 24} />
    </span>
  );
}
