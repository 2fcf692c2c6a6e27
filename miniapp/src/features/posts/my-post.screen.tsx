/** One post of a customer: how far it is, what proves it, and what happened. */
import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useAct } from "@miniapp/features/operations/use-act.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { ask, Loading, Progress, Row, Screen, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { cancelMyPost, type MyPost, myPostQuery } from "./api.ts";
import { StateBadge, shortAddress } from "./post-words.tsx";
import { ProofPart } from "./proof-part.tsx";

export default function MyPostScreen(): JSX.Element {
  const t = useT();
  const { taskId = "" } = useParams<{ taskId: string }>();
  return (
    <Screen title={t("app.posts.one")} back={href("myPosts")}>
      <Loading
        skeleton={
          <>
            <Skeleton rows={2} height={66} />
            <Skeleton rows={3} />
          </>
        }
      >
        <Page taskId={taskId} />
      </Loading>
    </Screen>
  );
}

function Page({ taskId }: { taskId: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(myPostQuery(taskId));
  const { post, proof, timeline } = query.data;
  return (
    <>
      <Freshness of={query} />
      <Section footer={footerOf(t, format, post)}>
        <Row
          title={shortAddress(post.address)}
          subtitle={t(`app.posts.platform.${post.platform}`)}
          note={<StateBadge state={post.state} />}
          onClick={() => openAddress(post.address)}
        />
        {post.endedAt === null && post.progress.percent !== null && (
          <Progress label={t("app.posts.progress")} done={post.progress.percent} total={100} />
        )}
        {post.progress.counts.map(({ name, count }) => (
          <Row key={name} title={t.find(`app.posts.fact.${name}`) ?? name} end={format.number(count)} />
        ))}
        {post.returned && (
          <Row title={t("app.posts.returned")} end={format.money(post.returned.amount, post.returned.currency)} />
        )}
      </Section>
      <ProofPart lines={proof} />
      <Section header={t("app.posts.timeline")}>
        {[...timeline].reverse().map(({ at, kind }) => (
          <Row key={`${at} ${kind}`} title={t.find(`app.posts.event.${kind}`) ?? kind} end={format.dateTime(at)} />
        ))}
      </Section>
      {post.mayCancel && <TakeBack post={post} />}
    </>
  );
}

function footerOf(t: ReturnType<typeof useT>, format: ReturnType<typeof useFormat>, post: MyPost): string | undefined {
  if (post.problem) return post.problem;
  return post.endedAt === null ? t("app.posts.deadline", { when: format.dateTime(post.deadlineAt) }) : undefined;
}

/** Asked first: it cannot be undone, and the day's limit stays used. */
function TakeBack({ post }: { post: MyPost }): JSX.Element {
  const t = useT();
  const cancel = useAct(cancelMyPost, { stale: ["tasks"], done: t("app.posts.taken_back") });
  const onTap = async () => {
    const isSure = await ask({
      title: t("app.posts.take_back"),
      message: t("app.posts.take_back_text"),
      confirm: t("app.posts.take_back"),
      cancel: t("app.action.cancel"),
      isDestructive: true,
    });
    if (isSure) cancel.run(post.id);
  };
  return (
    <Section>
      <Row title={t("app.posts.take_back")} tone="danger" onClick={() => void onTap()} isDisabled={cancel.isOff} />
    </Section>
  );
}
