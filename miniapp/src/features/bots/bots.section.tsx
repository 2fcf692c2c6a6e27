/** Bots of the workspace: connecting them, how they fare, what they say. Each screen is a chunk of its own. */
import { href, paths } from "@miniapp/app/paths.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { inner } from "@miniapp/shared/ui/inner-screen.tsx";
import type { JSX } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useCan } from "../identity/me.ts";

const Bots = () => <Loaded name="bots-list" load={() => import("./bots.screen.tsx")} />;
const NewBot = () => <Loaded name="new-bot" load={() => import("./new-bot.screen.tsx")} />;
const Bot = () => <Loaded name="bot" load={() => import("./bot.screen.tsx")} />;
const BotToken = () => <Loaded name="bot-token" load={() => import("./bot-token.screen.tsx")} />;
const BotTexts = () => <Loaded name="bot-texts" load={() => import("./bot-texts.screen.tsx")} />;

export default function BotsSection(): JSX.Element {
  const can = useCan();
  // A link may have led here somebody whose role sees none of it.
  if (!can("bots.read")) return <Redirect to={href("today")} replace />;
  return (
    <Switch>
      <Route path={paths.bots}>{inner(Bots, href("control"))}</Route>
      <Route path={paths.newBot}>
        {can("bots.manage") ? inner(NewBot, href("bots")) : <Redirect to={href("bots")} replace />}
      </Route>
      <Route path={paths.botToken}>
        {can("bots.manage") ? inner(BotToken, href("bots")) : <Redirect to={href("bots")} replace />}
      </Route>
      <Route path={paths.botTexts}>{inner(BotTexts, href("bots"))}</Route>
      <Route path={paths.bot}>{inner(Bot, href("bots"))}</Route>
    </Switch>
  );
}
