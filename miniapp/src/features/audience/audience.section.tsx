/** The audience: people, segments of them, imports. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { withWords } from "@miniapp/shared/i18n.ts";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";
import { loadImport, loadImports, loadNewImport } from "./import-screens.ts";

const Imports = () => <Loaded name="imports" load={loadImports} />;
const NewImport = () => <Loaded name="new-import" load={loadNewImport} />;
const Import = () => <Loaded name="import" load={loadImport} />;
const Audience = () => <Loaded name="audience" load={() => import("./audience.screen.tsx")} />;
const Tags = () => <Loaded name="audience-tags" load={() => import("./tags.screen.tsx")} />;
const Fields = () => <Loaded name="audience-fields" load={() => import("./fields.screen.tsx")} />;
const Categories = () => <Loaded name="audience-categories" load={() => import("./categories.screen.tsx")} />;
const Subscriber = () => <Loaded name="subscriber" load={() => import("./subscriber.screen.tsx")} />;
const Segments = () => <Loaded name="segments" load={withWords("segments", () => import("./segments.screen.tsx"))} />;
const Segment = () => <Loaded name="segment" load={withWords("segments", () => import("./segment.screen.tsx"))} />;

export default function AudienceSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("audience.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.imports}>{inner(Imports, href("audience"))}</Route>
      <Route path={paths.newImport}>{inner(NewImport, href("imports"))}</Route>
      <Route path={paths.import}>{inner(Import, href("imports"))}</Route>
      <Route path={paths.audience}>{inner(Audience)}</Route>
      <Route path={paths.tags}>{inner(Tags, href("audience"))}</Route>
      <Route path={paths.fields}>{inner(Fields, href("audience"))}</Route>
      <Route path={paths.categories}>{inner(Categories, href("audience"))}</Route>
      <Route path={paths.subscriber}>{inner(Subscriber, href("audience"))}</Route>
      <Route path={paths.segments}>{inner(Segments)}</Route>
      <Route path={paths.newSegment}>{inner(Segment, href("segments"))}</Route>
      <Route path={paths.segment}>{inner(Segment, href("segments"))}</Route>
    </Switch>
  );
}
