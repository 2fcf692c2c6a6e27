import { useAct } from "@miniapp/features/operations/use-act.ts";
import type { Draft } from "@miniapp/shared/drafts.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { useClosingConfirmation } from "@miniapp/shared/telegram/index.ts";
import { type MainAction, toast } from "@miniapp/shared/ui/index.ts";

export interface Editing<Form extends object, Body> {
  /** The live topic of its list. */
  topic: string;
  /** The list that it is in, and that one comes back to. */
  list: string;
  /** Null for one that is being made. */
  id: string | null;
  draft: Draft<Form>;
  /** As it is stored: what undoing a deletion makes again. */
  stored: Body | null;
  /** What the form says; null while it cannot be saved. */
  body: Body | null;
  create(body: Body): Promise<unknown>;
  change(id: string, body: Body): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** Said when it was deleted, beside the way back. */
  deleted?: string;
}

/** Saving and deleting a thing of a short list: then the list is shown again. A deletion can be taken back. */
export function useEditing<Form extends object, Body>(
  of: Editing<Form, Body>,
): { main: MainAction | undefined; remove(): void; isOff: boolean } {
  const t = useT();
  const go = useGo();
  const { id, draft, body, stored, topic } = of;
  useClosingConfirmation(draft.isDirty);
  const leave = () => {
    draft.clear();
    go(of.list, { replace: true });
  };
  const save = useAct((next: Body) => (id === null ? of.create(next) : of.change(id, next)), {
    stale: [topic],
    done: t("app.saved"),
    onDone: leave,
  });
  const again = useAct(of.create, { stale: [topic] });
  const remove = useAct(of.remove, {
    stale: [topic],
    onDone: () => {
      toast(of.deleted ?? t("app.reporting.deleted"), stored === null ? {} : { undo: () => again.run(stored) });
      leave();
    },
  });
  return {
    main:
      draft.isDirty || id === null
        ? {
            text: t("app.action.save"),
            onClick: () => {
              if (body !== null) save.run(body);
            },
            isBusy: save.isBusy,
            isDisabled: body === null || save.isOff,
          }
        : undefined,
    remove: () => {
      if (id !== null) remove.run(id);
    },
    isOff: remove.isOff,
  };
}
