/**
 * What other screens embed of segments: the builder, the choice of a saved segment, and the reach of either. Each brings its code and
 * its words when it is first shown.
 */
import { type LoadCode, LoadedWith } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { Loading, Skeleton } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { ConditionEditorProps } from "./segment-builder.tsx";
import type { SegmentPickerProps } from "./segment-picker.tsx";
import type { ReachLineProps } from "./segment-reach.tsx";

export type { ConditionEditorProps, ReachLineProps, SegmentPickerProps };

const loadBuilder: LoadCode<ConditionEditorProps> = withWords("segments", () => import("./segment-builder.tsx"));
const loadPicker: LoadCode<SegmentPickerProps> = withWords("segments", () => import("./segment-picker.tsx"));
const loadReach: LoadCode<ReachLineProps> = withWords("segments", () => import("./segment-reach.tsx"));

/** Rules in cards with their live reach below. `null` = everybody. */
export const ConditionEditor = (props: ConditionEditorProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={3} />} isCompact>
    <LoadedWith name="segment-builder" load={loadBuilder} props={props} />
  </Loading>
);

/** A row that opens the list of saved segments. */
export const SegmentPicker = (props: SegmentPickerProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={1} isSingle height={48} />} isCompact>
    <LoadedWith name="segment-picker" load={loadPicker} props={props} />
  </Loading>
);

/** How many people that is, with what is left out of them. */
export const ReachLine = (props: ReachLineProps): JSX.Element => (
  <Loading skeleton={<Skeleton rows={1} isSingle height={62} />} isCompact>
    <LoadedWith name="segment-reach" load={loadReach} props={props} />
  </Loading>
);
