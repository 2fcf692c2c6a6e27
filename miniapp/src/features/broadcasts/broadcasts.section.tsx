/** Broadcasts: written, launched, watched, and what they brought. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { InnerScreen } from "@miniapp/shared/ui/inner-screen.tsx";
import type { ComponentType, JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Broadcasts = () => <Loaded name="broadcasts" load={() => import("./broadcasts.screen.tsx")} />;
const MessageTemplates = () => (
  <Loaded name="message-templates" load={() => import("./message-templates.screen.tsx")} />
);
const MessageTemplate = () => <Loaded name="message-template" load={() => import("./message-template.screen.tsx")} />;
const NewMessageTemplate = () => (
  <Loaded
    name="new-message-template"
    load={async () => ({ default: (await import("./message-template.screen.tsx")).NewMessageTemplateScreen })}
  />
);

export default function BroadcastsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("broadcasts.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.broadcasts}>{inner(Broadcasts)}</Route>
      <Route path={paths.messageTemplates}>{inner(MessageTemplates, href("broadcasts"))}</Route>
      <Route path={paths.newMessageTemplate}>{inner(NewMessageTemplate, href("messageTemplates"))}</Route>
      <Route path={paths.messageTemplate}>{inner(MessageTemplate, href("messageTemplates"))}</Route>
    </Switch>
  );
}

const inner = (Inner: ComponentType, back?: string): JSX.Element => (
  <InnerScreen of={Inner} {...(back === undefined ? {} : { back })} />
);
