/** A customer's posts, the newest first. */
import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Empty, LinkIcon, Loading, Row, Screen, Skeleton } from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type MyPost, myPostsQuery } from "./api.ts";
import { progressLine, StateBadge, shortAddress } from "./post-words.tsx";

const rowHeight = 66;

export default function MyPostsScreen(): JSX.Element {
  const t = useT();
  const go = useGo();
  return (
    <Screen
      title={t("app.posts.mine")}
      back={href("mine")}
      main={{ text: t("app.posts.new"), onClick: () => go(href("newPost")) }}
    >
      <Loading skeleton={<Skeleton rows={6} height={rowHeight} />}>
        <List />
      </Loading>
    </Screen>
  );
}

function List(): JSX.Element {
  const t = useT();
  return (
    <PagedList
      label={t("app.posts.mine")}
      list={useSuspenseInfiniteQuery(myPostsQuery)}
      keyOf={(post) => post.id}
      rowHeight={rowHeight}
      render={(post) => <PostRow post={post} />}
      empty={<Empty icon={<LinkIcon size={30} />} title={t("app.posts.none")} text={t("app.posts.none_text")} />}
    />
  );
}

function PostRow({ post }: { post: MyPost }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <Row
      to={href("myPost", { taskId: post.id })}
      title={shortAddress(post.address)}
      subtitle={progressLine(t, format, post.progress) || format.dateTime(post.createdAt)}
      note={<StateBadge state={post.state} />}
    />
  );
}
