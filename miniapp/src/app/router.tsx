/** Which screen an address opens. Sections are loaded when they are first needed; each is one lazy chunk. */
import { type Me, type Permission, useMe } from "@miniapp/features/identity/me.ts";
import { salesViewsFor } from "@miniapp/features/sales/views.ts";
import { Loaded } from "@miniapp/shared/code.tsx";
import { useT, withWords } from "@miniapp/shared/i18n.ts";
import { useScrollMemory } from "@miniapp/shared/navigation.tsx";
import {
  ControlIcon,
  Empty,
  Loading,
  PeopleIcon,
  PersonIcon,
  SalesIcon,
  Screen,
  Skeleton,
  TabBar,
  TodayIcon,
  TrafficIcon,
} from "@miniapp/shared/ui/index.ts";
import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType, JSX } from "react";
import { Route, Switch, useLocation } from "wouter";
import { useGo } from "../shared/navigation.tsx";
import { href, paths } from "./paths.ts";

const loadToday = () => import("@miniapp/features/today/today.screen.tsx");
const loadTraffic = withWords("traffic", () => import("@miniapp/features/conversions/traffic.section.tsx"));
/** Its screens show conversions and messages too, in the words of those. */
const loadAlerts = withWords(
  ["traffic", "control", "alerts"],
  () => import("@miniapp/features/alerts/alerts.section.tsx"),
);
const loadControl = withWords("control", () => import("@miniapp/features/operations/control.section.tsx"));
const Today = () => <Loaded name="today" load={loadToday} />;
const Traffic = () => <Loaded name="traffic" load={loadTraffic} />;
const loadReports = withWords(["traffic", "reporting"], () => import("@miniapp/features/reports/reports.section.tsx"));
const Reports = () => <Loaded name="reports" load={loadReports} />;
const loadCampaigns = withWords(
  ["traffic", "campaigns"],
  () => import("@miniapp/features/campaigns/campaigns.section.tsx"),
);
const Campaigns = () => <Loaded name="campaigns-section" load={loadCampaigns} />;
const loadBroadcasts = withWords(
  ["broadcasts", "letters", "sequences"],
  () => import("@miniapp/features/broadcasts/broadcasts.section.tsx"),
);
const Broadcasts = () => <Loaded name="broadcasts-section" load={loadBroadcasts} />;
const loadAudience = withWords(
  ["control", "audience"],
  () => import("@miniapp/features/audience/audience.section.tsx"),
);
const Audience = () => <Loaded name="audience-section" load={loadAudience} />;
/** Its screens name statuses of conversions and values of fields, and show people in lists. */
const loadSequences = withWords(
  ["traffic", "control", "audience", "broadcasts", "letters", "sequences"],
  () => import("@miniapp/features/sequences/sequences.section.tsx"),
);
const Sequences = () => <Loaded name="sequences-section" load={loadSequences} />;
const loadBots = withWords(["control", "bots"], () => import("@miniapp/features/bots/bots.section.tsx"));
const Bots = () => <Loaded name="bots-section" load={loadBots} />;
const loadWebhooks = withWords(
  ["control", "webhooks"],
  () => import("@miniapp/features/webhooks/webhooks.section.tsx"),
);
const Webhooks = () => <Loaded name="webhooks-section" load={loadWebhooks} />;
/** Files are saved in the words of reports, and the views at the top are those of sales. */
const loadPosts = withWords(["reporting", "sales", "posts"], () => import("@miniapp/features/posts/posts.section.tsx"));
const Posts = () => <Loaded name="posts-section" load={loadPosts} />;
const loadMyPosts = withWords("posts", () => import("@miniapp/features/posts/my-posts.section.tsx"));
const MyPosts = () => <Loaded name="my-posts-section" load={loadMyPosts} />;
const loadShop = withWords("shop", () => import("@miniapp/features/shop/shop.section.tsx"));
const Shop = () => <Loaded name="shop-section" load={loadShop} />;
const loadPayments = withWords(["sales", "payments"], () => import("@miniapp/features/payments/payments.section.tsx"));
const Payments = () => <Loaded name="payments-section" load={loadPayments} />;
const loadSales = withWords(["shop", "sales"], () => import("@miniapp/features/sales/sales.section.tsx"));
const Sales = () => <Loaded name="sales-section" load={loadSales} />;
const Alerts = () => <Loaded name="alerts" load={loadAlerts} />;
const Control = () => <Loaded name="control" load={loadControl} />;

/** How long nothing must be asked of the server before other sections are fetched. */
const quietMs = 1_000;

/** Brings the other sections once the first screen has all it asked for, so that opening them needs no network. */
export function prefetchSections(queries: QueryClient): () => void {
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(quiet);
    if (queries.isFetching() === 0) quiet = setTimeout(fetchAll, quietMs);
  };
  const fetchAll = () => {
    off();
    // A failure is told where the section is opened; here it only means that nothing was gained.
    for (const load of [loadTraffic, loadControl, loadAlerts]) load().catch(() => undefined);
  };
  const off = queries.getQueryCache().subscribe(look);
  look();
  return () => {
    off();
    clearTimeout(quiet);
  };
}

type Tab = "today" | "traffic" | "audience" | "sales" | "control" | "shop" | "profile";

const trafficRoots: readonly string[] = [
  paths.conversions,
  paths.campaigns,
  paths.statistics,
  paths.routes,
  paths.connections,
  paths.inbox,
];

const audienceRoots: readonly string[] = [paths.broadcasts, paths.sequences, paths.audience, paths.segments];

const salesRoots: readonly string[] = [paths.orders, paths.products, paths.payments, paths.tasks, paths.salesNumbers];

const shopRoots: readonly string[] = [paths.shop, paths.mine, paths.shopHelp];

/** Roots of tabs: only they show the bar. People outside the team have the shop while it is open, and no bar otherwise. */
export function tabsFor({ member, permissions, isShopOpen }: Pick<Me, "member" | "permissions" | "isShopOpen">): Tab[] {
  if (member === null) return isShopOpen ? ["shop", "profile"] : [];
  const may = (permission: Permission) => permissions.includes(permission);
  const tabs: Tab[] = [];
  if (may("reports.read")) tabs.push("today");
  if (may("conversions.read") || may("connections.read") || may("inbox.read") || may("campaigns.read"))
    tabs.push("traffic");
  if (may("audience.read") || may("broadcasts.read")) tabs.push("audience");
  if (salesViewsFor(permissions).length > 0) tabs.push("sales");
  if (may("workspace.read")) tabs.push("control");
  return tabs;
}

function Tabs({ me }: { me: Me }): JSX.Element | null {
  const t = useT();
  const [location] = useLocation();
  const { permissions } = me;
  const tabs = tabsFor(me);
  // A member in the shop is a guest there, on his way back to his profile.
  const inner = me.member ? [...trafficRoots, ...audienceRoots, ...salesRoots] : shopRoots;
  const roots: readonly string[] = [paths.today, paths.control, ...inner];
  if (!roots.includes(location) || tabs.length < 2) return null;
  const all = {
    today: { to: href("today"), label: t("app.tabs.today"), icon: <TodayIcon />, isCurrent: location === paths.today },
    traffic: {
      to: href("conversions"),
      label: t("app.tabs.traffic"),
      icon: <TrafficIcon />,
      isCurrent: trafficRoots.includes(location),
    },
    audience: {
      to: href(permissions.includes("broadcasts.read") ? "broadcasts" : "audience"),
      label: t("app.tabs.audience"),
      icon: <PeopleIcon />,
      isCurrent: audienceRoots.includes(location),
    },
    sales: {
      to: href(salesViewsFor(permissions)[0] ?? "orders"),
      label: t("app.tabs.sales"),
      icon: <SalesIcon />,
      isCurrent: salesRoots.includes(location),
    },
    shop: {
      to: href("shop"),
      label: t("app.tabs.shop"),
      icon: <SalesIcon />,
      isCurrent: location === paths.today || shopRoots.includes(location),
    },
    profile: {
      to: href("control"),
      label: t("app.tabs.profile"),
      icon: <PersonIcon />,
      isCurrent: location === paths.control,
    },
    control: {
      to: href("control"),
      label: t(permissions.includes("members.read") ? "app.tabs.control" : "app.tabs.profile"),
      icon: permissions.includes("members.read") ? <ControlIcon /> : <PersonIcon />,
      isCurrent: location === paths.control,
    },
  };
  return <TabBar label={t("app.tabs.label")} items={tabs.map((tab) => all[tab])} />;
}

function Lost(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen title={t("app.lost.title")} back={href("today")}>
      <Empty
        text={t("app.lost.text")}
        action={{ text: t("app.lost.home"), onClick: () => go(href("today"), { replace: true }) }}
      />
    </Screen>
  );
}

/** A section with a skeleton of its own while its chunk comes. */
const section = (Section: ComponentType) => (
  <Loading skeleton={<Waiting />}>
    <Section />
  </Loading>
);

function Waiting(): JSX.Element {
  return (
    <Screen title={" "}>
      <Skeleton rows={3} />
      <Skeleton rows={5} />
    </Screen>
  );
}

export function AppRouter(): JSX.Element {
  useScrollMemory();
  const me = useMe();
  const tabs = tabsFor(me);
  return (
    <>
      <Switch>
        <Route path={paths.today}>
          {section(tabs.includes("today") ? Today : tabs.includes("shop") ? Shop : Control)}
        </Route>
        {[paths.routes, "/routes/*", "/templates/*?", paths.lab].map((path) => (
          <Route key={path} path={path}>
            {section(Alerts)}
          </Route>
        ))}
        <Route path="/reports/*">{section(Reports)}</Route>
        <Route path="/campaigns/*?">{section(Campaigns)}</Route>
        {[...trafficRoots, "/traffic/*", "/conversions/*", "/connections/*", "/inbox/*"].map((path) => (
          <Route key={path} path={path}>
            {section(Traffic)}
          </Route>
        ))}
        <Route path="/broadcasts/*?">{section(Broadcasts)}</Route>
        {["/audience/*?", "/segments/*?", "/imports/*?"].map((path) => (
          <Route key={path} path={path}>
            {section(Audience)}
          </Route>
        ))}
        <Route path="/sequences/*?">{section(Sequences)}</Route>
        <Route path="/mine/posts/*?">{section(MyPosts)}</Route>
        <Route path="/sales/posts/*?">{section(Posts)}</Route>
        {["/shop/*?", "/mine/*?"].map((path) => (
          <Route key={path} path={path}>
            {section(Shop)}
          </Route>
        ))}
        <Route path="/sales/payments/*?">{section(Payments)}</Route>
        <Route path="/sales/*?">{section(Sales)}</Route>
        <Route path="/webhooks/*?">{section(Webhooks)}</Route>
        <Route path="/control/bots/*?">{section(Bots)}</Route>
        <Route path={paths.join}>{section(Control)}</Route>
        <Route path={paths.subscriptions}>{section(Control)}</Route>
        <Route path="/control/*?">{section(Control)}</Route>
        <Route>
          <Lost />
        </Route>
      </Switch>
      <Tabs me={me} />
    </>
  );
}
