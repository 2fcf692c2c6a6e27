/** The team's side of posts: the queue and its workers. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Tasks = () => <Loaded name="tasks" load={() => import("./tasks.screen.tsx")} />;
const Task = () => <Loaded name="task" load={() => import("./task.screen.tsx")} />;
const Workers = () => <Loaded name="workers" load={() => import("./workers.screen.tsx")} />;

export default function PostsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("tasks.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.tasks}>{inner(Tasks)}</Route>
      <Route path={paths.workers}>{inner(Workers, href("tasks"))}</Route>
      <Route path={paths.task}>{inner(Task, href("tasks"))}</Route>
    </Switch>
  );
}
