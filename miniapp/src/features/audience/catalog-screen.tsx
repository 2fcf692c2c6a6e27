import { href } from "@miniapp/app/paths.ts";
import { type Permission, useCan } from "@miniapp/features/identity/me.ts";
import { Loading, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { type JSX, type ReactNode, useState } from "react";

/** A short list of things that a workspace keeps: a tap opens one in a sheet, the main button makes a new one. */
export function CatalogScreen<Thing>({
  title,
  add,
  back = href("audience"),
  right = "audience.manage",
  rowHeight,
  list,
  sheet,
}: {
  title: string;
  /** What the main button says. */
  add: string;
  back?: string;
  /** What whoever changes them must be allowed. */
  right?: Permission;
  rowHeight?: number;
  /** Undefined for those who may only look. */
  list(onOpen: ((thing: Thing) => void) | undefined): ReactNode;
  /** Null is a new one. */
  sheet(thing: Thing | null, onClose: () => void): ReactNode;
}): JSX.Element {
  const can = useCan();
  const [editing, setEditing] = useState<{ thing: Thing | null } | null>(null);
  const mayManage = can(right);
  return (
    <Screen
      title={title}
      back={back}
      main={mayManage && !editing ? { text: add, onClick: () => setEditing({ thing: null }) } : undefined}
    >
      <Loading skeleton={<Skeleton rows={5} {...(rowHeight ? { height: rowHeight } : {})} />}>
        {list(mayManage ? (thing) => setEditing({ thing }) : undefined)}
      </Loading>
      {editing && sheet(editing.thing, () => setEditing(null))}
    </Screen>
  );
}
