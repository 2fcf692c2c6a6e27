/** The editor of letters for any screen: its code comes when it is first shown. */
import { LoadedWith } from "@miniapp/shared/code.tsx";
import { Skeleton } from "@miniapp/shared/ui/index.ts";
import { type JSX, Suspense } from "react";
import type { LetterEditorProps } from "./letter-writer.tsx";

export type { LetterEditorProps };

export const LetterEditor = (props: LetterEditorProps): JSX.Element => (
  <Suspense fallback={<Skeleton rows={6} />}>
    <LoadedWith name="letter-editor" load={() => import("./letter-writer.tsx")} props={props} />
  </Suspense>
);
