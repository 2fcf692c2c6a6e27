/** Sequences: several messages to one person over time. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Sequences = () => <Loaded name="sequences" load={() => import("./sequences.screen.tsx")} />;
const Sequence = () => <Loaded name="sequence" load={() => import("./sequence.screen.tsx")} />;
/** Conditions of steps are told in the words of segments. */
const loadLaunch = withWords("segments", () => import("./sequence-launch.screen.tsx"));
const Launch = () => <Loaded name="sequence-launch" load={loadLaunch} />;
const People = () => <Loaded name="sequence-people" load={() => import("./people.screen.tsx")} />;

export default function SequencesSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("broadcasts.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.sequences}>{inner(Sequences)}</Route>
      <Route path={paths.newSequence}>{inner(Sequence, href("sequences"))}</Route>
      <Route path={paths.sequenceLaunch}>{inner(Launch, href("sequences"))}</Route>
      <Route path={paths.sequence}>{inner(Sequence, href("sequences"))}</Route>
      <Route path={paths.sequencePeople}>{inner(People, href("sequences"))}</Route>
    </Switch>
  );
}
