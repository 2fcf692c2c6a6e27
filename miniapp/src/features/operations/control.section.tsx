/** Everything under Control: the team and its people, messages, the workspace itself, and one's own profile. */
import { href, paths } from "@miniapp/app/paths.ts";
import { useMe } from "@miniapp/features/identity/me.ts";
import { codeQuery, type LoadCode, Loaded } from "@miniapp/shared/code.tsx";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Empty, Loading, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type JSX, useEffect } from "react";
import { Route, Switch } from "wouter";
import ControlScreen from "./control.screen.tsx";

/** The first screen of the section comes before those that may be opened from it. */
const prefetchAfterMs = 1500;

const screens: readonly { path: string; load: LoadCode }[] = [
  { path: paths.members, load: () => import("@miniapp/features/identity/members.screen.tsx") },
  { path: paths.member, load: () => import("@miniapp/features/identity/member.screen.tsx") },
  { path: paths.newInvitation, load: () => import("@miniapp/features/identity/new-invitation.screen.tsx") },
  { path: paths.invitations, load: () => import("@miniapp/features/identity/invitations.screen.tsx") },
  { path: paths.persons, load: () => import("@miniapp/features/identity/persons.screen.tsx") },
  { path: paths.person, load: () => import("@miniapp/features/identity/person.screen.tsx") },
  { path: paths.chats, load: () => import("@miniapp/features/messaging/chats.screen.tsx") },
  { path: paths.chat, load: () => import("@miniapp/features/messaging/chat.screen.tsx") },
  { path: paths.deliveries, load: () => import("@miniapp/features/messaging/deliveries.screen.tsx") },
  { path: paths.delivery, load: () => import("@miniapp/features/messaging/delivery.screen.tsx") },
  { path: paths.newApiKey, load: () => import("@miniapp/features/identity/new-api-key.screen.tsx") },
  { path: paths.apiKeys, load: () => import("@miniapp/features/identity/api-keys.screen.tsx") },
  { path: paths.apiKey, load: () => import("@miniapp/features/identity/api-key.screen.tsx") },
  { path: paths.audit, load: () => import("@miniapp/features/identity/audit.screen.tsx") },
  { path: paths.health, load: () => import("./health.screen.tsx") },
  { path: paths.settings, load: () => import("@miniapp/features/identity/settings.screen.tsx") },
  {
    path: paths.newWorkspace,
    load: withWords("bots", () => import("@miniapp/features/bots/new-workspace.screen.tsx")),
  },
  { path: paths.profile, load: () => import("@miniapp/features/identity/profile.screen.tsx") },
  {
    path: paths.subscriptions,
    load: withWords("audience", () => import("@miniapp/features/audience/subscriptions.screen.tsx")),
  },
  { path: paths.join, load: () => import("@miniapp/features/identity/join.screen.tsx") },
];

function Page({ path }: { path: string }): JSX.Element {
  const screen = screens.find((one) => one.path === path);
  if (!screen) throw new Error(`there is no screen for ${path}`);
  return <Loaded name={path} load={screen.load} />;
}

function Waiting(): JSX.Element {
  return (
    <Screen title={" "} back={href("control")}>
      <Skeleton rows={2} />
      <Skeleton rows={5} />
    </Screen>
  );
}

function Lost(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen title={t("app.lost.title")} back={href("control")}>
      <Empty
        text={t("app.lost.text")}
        action={{ text: t("app.lost.home"), onClick: () => go(href("today"), { replace: true }) }}
      />
    </Screen>
  );
}

/** People outside the team have one screen: their own profile. */
function Root(): JSX.Element {
  const { member } = useMe();
  return member ? <ControlScreen /> : <Page path={paths.profile} />;
}

export default function ControlSection(): JSX.Element {
  const { member } = useMe();
  const queries = useQueryClient();
  const isMember = member !== null;
  useEffect(() => {
    if (!isMember) return undefined;
    const timer = setTimeout(() => {
      for (const { path, load } of screens) void queries.prefetchQuery(codeQuery(path, load));
    }, prefetchAfterMs);
    return () => clearTimeout(timer);
  }, [isMember, queries]);
  return (
    <Switch>
      {[paths.today, paths.control].map((path) => (
        <Route key={path} path={path}>
          <Loading skeleton={<Waiting />}>
            <Root />
          </Loading>
        </Route>
      ))}
      {screens.map(({ path }) => (
        <Route key={path} path={path}>
          <Loading skeleton={<Waiting />} key={path}>
            <Page path={path} />
          </Loading>
        </Route>
      ))}
      <Route>
        <Lost />
      </Route>
    </Switch>
  );
}
