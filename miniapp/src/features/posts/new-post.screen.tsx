/** Adding a post: what is pasted is recognised at once, by the same rules as on the server. */
import { examples, longestAddress, readPostAddress } from "@backend/modules/fulfilment/domain/address.ts";
import { href } from "@miniapp/app/paths.ts";
import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import {
  ask,
  Empty,
  Fact,
  Field,
  Loading,
  Row,
  Screen,
  Section,
  Skeleton,
  toast,
  useIsOffline,
} from "@miniapp/shared/ui/index.ts";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { addPost, allowanceQuery } from "./api.ts";
import { shortAddress } from "./post-words.tsx";

export default function NewPostScreen(): JSX.Element {
  const t = useT();
  return (
    <Loading
      skeleton={
        <Screen title={t("app.posts.new")} back={href("myPosts")}>
          <Skeleton rows={1} height={74} />
          <Skeleton rows={2} />
        </Screen>
      }
    >
      <Form />
    </Loading>
  );
}

function Form(): JSX.Element {
  const t = useT();
  const go = useGo();
  const query = useSuspenseQuery(allowanceQuery);
  const { day, hour } = query.data;
  const draft = useDraft("post", { url: "", key: "" });
  const add = useAdding(draft);
  const { url } = draft.value;
  const read = readPostAddress(url);
  const isEmpty = url.trim() === "";
  const problem =
    read.ok || isEmpty
      ? undefined
      : t(`app.posts.problem.${read.problem}`, { example: examples[read.platform ?? "telegram"] });
  if (day === null || hour === null)
    return (
      <Screen title={t("app.posts.new")} back={href("myPosts")}>
        <Empty
          title={t("app.posts.no_package")}
          text={t("app.posts.no_package_text")}
          action={{ text: t("app.posts.to_shop"), onClick: () => go(href("shop")) }}
        />
      </Screen>
    );
  return (
    <Screen
      title={t("app.posts.new")}
      back={href("myPosts")}
      main={{
        text: t("app.posts.add"),
        onClick: () => add.run(),
        isBusy: add.isBusy,
        isDisabled: add.isOff || !read.ok || day.left === 0 || hour.left === 0,
      }}
    >
      <Freshness of={query} />
      <Section footer={isEmpty ? t("app.posts.paste", { example: shortAddress(examples.telegram) }) : undefined}>
        <Field
          label={t("app.posts.address")}
          value={url}
          onChange={(value) => draft.change({ url: value, key: "" })}
          kind="url"
          inputMode="url"
          maxLength={longestAddress}
          error={problem}
          enterKeyHint="done"
        />
        {read.ok && <Fact name={t(`app.posts.platform.${read.platform}`)} value={shortAddress(read.address)} />}
      </Section>
      <Left day={day} hour={hour} />
    </Screen>
  );
}

/** What may still be added, before somebody tries. */
function Left({
  day,
  hour,
}: {
  day: { left: number; limit: number; endsAt: string };
  hour: { left: number; limit: number; nextAt: string | null };
}): JSX.Element {
  const t = useT();
  const format = useFormat();
  const of = ({ left, limit }: { left: number; limit: number }) =>
    t("app.posts.of", { left: format.number(left), limit: format.number(limit) });
  return (
    <Section
      footer={
        day.left === 0
          ? t("app.posts.day_full", { when: format.dateTime(day.endsAt) })
          : hour.nextAt
            ? t("app.posts.hour_full", { time: format.time(hour.nextAt) })
            : t("app.posts.nothing_back")
      }
    >
      <Row title={t("app.posts.left_today")} end={of(day)} />
      <Row title={t("app.posts.left_hour")} end={of(hour)} />
    </Section>
  );
}

interface Typed {
  value: { url: string; key: string };
  change(part: { key: string }): void;
  clear(): void;
}

/**
 * One key for what was typed: a tap after a lost answer is the same post. A post that was done before is asked about; one that is
 * being worked on is opened.
 */
function useAdding(draft: Typed) {
  const t = useT();
  const go = useGo();
  const queries = useQueryClient();
  const isOffline = useIsOffline();
  const { mutate, isPending } = useMutation({
    mutationFn: addPost,
    onSuccess: (post) => {
      haptics.succeeded();
      draft.clear();
      toast(t("app.posts.added"));
      void queries.invalidateQueries({ queryKey: ["tasks"] });
      go(href("myPost", { taskId: post.id }), { replace: true });
    },
    onError: async (error) => {
      haptics.failed();
      if (!(error instanceof ApiError)) return toast(sentenceOf(t, error));
      if (error.code === "fulfilment.already_open") {
        toast(error.message);
        draft.clear();
        return go(href("myPost", { taskId: String(error.params.taskId) }), { replace: true });
      }
      if (error.code === "fulfilment.done_before") {
        const isSure = await ask({
          title: t("app.posts.again"),
          message: error.message,
          confirm: t("app.posts.add"),
          cancel: t("app.action.cancel"),
        });
        if (isSure) run(true);
        return;
      }
      // What is left may have changed under the screen: a limit is most of what can refuse a good address.
      void queries.invalidateQueries({ queryKey: allowanceQuery.queryKey });
      toast(sentenceOf(t, error));
    },
  });
  const run = (again = false) => {
    const key = again || draft.value.key === "" ? crypto.randomUUID() : draft.value.key;
    draft.change({ key });
    mutate({ url: draft.value.url.trim(), key, ...(again ? { again } : {}) });
  };
  return { run: () => run(), isBusy: isPending, isOff: isPending || isOffline };
}
