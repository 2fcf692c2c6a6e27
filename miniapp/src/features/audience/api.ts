/** Subscribers, tags, fields and categories, as the server tells them. The first part of a key is the live topic that makes it stale. */
import type {
  Bulk,
  Category,
  Change,
  ChangeSubscriber,
  Field,
  MySubscriptions,
  NewField,
  Subscriber,
  SubscriberSummary,
  Tag,
} from "@backend/modules/audience/contracts.ts";
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import type { Segment } from "@backend/modules/audience/segment-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type { Category, Change, Field, MySubscriptions, Subscriber, SubscriberSummary, Tag };
export type FieldKind = Field["kind"];

export interface SubscriberFilter {
  botId?: string | undefined;
  state?: Subscriber["state"] | undefined;
  tagId?: string | undefined;
  search?: string | undefined;
  /** One of the two: a saved segment, or a condition of one's own. */
  segmentId?: string | undefined;
  condition?: Condition | undefined;
}

/** Without what is not asked for: an empty parameter is no parameter. */
const given = ({ botId, state, tagId, search, segmentId }: SubscriberFilter) => ({
  ...(botId ? { botId } : {}),
  ...(state ? { state } : {}),
  ...(tagId ? { tagId } : {}),
  ...(search ? { search } : {}),
  ...(segmentId ? { segmentId } : {}),
});
/** No address has room for a condition. */
export const filterBody = (filter: SubscriberFilter) => ({
  ...given(filter),
  ...(filter.condition ? { condition: filter.condition } : {}),
});
const { find } = api.audience.subscribers;

export const subscribersQuery = (filter: SubscriberFilter & { sort: "newest" | "seen" }) =>
  infiniteQueryOptions({
    queryKey: ["audience", "list", { ...filterBody(filter), sort: filter.sort }],
    meta: { isLong: true },
    queryFn: ({ pageParam }) => {
      const page = {
        ...(filter.sort === "seen" ? { sort: "seen" as const } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
        limit: 100,
      };
      return filter.condition
        ? unwrap(find.post({ ...filterBody(filter), ...page }))
        : unwrap(api.audience.subscribers.get({ query: { ...given(filter), ...page } }));
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const countQuery = (filter: SubscriberFilter) =>
  queryOptions({
    queryKey: ["audience", "count", filterBody(filter)],
    queryFn: () =>
      filter.condition
        ? unwrap(find.count.post(filterBody(filter)))
        : unwrap(api.audience.subscribers.count.get({ query: given(filter) })),
  });

export const subscriberQuery = (subscriberId: string) =>
  queryOptions({
    queryKey: ["audience", "one", subscriberId],
    queryFn: (): Promise<Subscriber> => unwrap(api.audience.subscribers({ subscriberId }).get()),
  });

export const changeSubscriber = ({ subscriberId, ...body }: ChangeSubscriber & { subscriberId: string }) =>
  unwrap(api.audience.subscribers({ subscriberId }).patch(body));
export const refuseFor = ({ subscriberId, categoryId }: { subscriberId: string; categoryId: number }) =>
  unwrap(api.audience.subscribers({ subscriberId })["opt-out"].post({ categoryId }));

export const tagMany = ({ filter, ...change }: Omit<Bulk, "filter"> & { filter?: SubscriberFilter }) =>
  unwrap(api.audience.subscribers.bulk.post({ ...change, ...(filter ? { filter: filterBody(filter) } : {}) }));

const pollMs = 2_000;

/** Asked again while one runs: the live stream may be away. */
export const runningChangeQuery = queryOptions({
  queryKey: ["audience", "change"],
  queryFn: async () => (await unwrap(api.audience.changes.get())).change,
  refetchInterval: ({ state }) => (state.data?.state === "running" ? pollMs : false),
});

export const tagsQuery = queryOptions({
  queryKey: ["audience", "tags"],
  queryFn: async (): Promise<Tag[]> => (await unwrap(api.audience.tags.get({ query: {} }))).tags,
});
/** How many people have each tag, by its id. */
export const peopleByTagQuery = queryOptions({
  queryKey: ["audience", "tags", "people"],
  queryFn: async () => {
    const { tags }: { tags: Tag[] } = await unwrap(api.audience.tags.get({ query: { counts: "true" } }));
    return new Map(tags.map(({ id, people }) => [id, people ?? 0]));
  },
});
export const createTag = (name: string) => unwrap(api.audience.tags.post({ name }));
export const renameTag = ({ id, name }: { id: number; name: string }) =>
  unwrap(api.audience.tags({ tagId: String(id) }).patch({ name }));
export const deleteTag = (id: number) => unwrap(api.audience.tags({ tagId: String(id) }).delete());

export const segmentsQuery = queryOptions({
  queryKey: ["segments", "list"],
  queryFn: async (): Promise<Segment[]> => (await unwrap(api.audience.segments.get())).items,
});

export const fieldsQuery = queryOptions({
  queryKey: ["audience", "fields"],
  queryFn: async (): Promise<Field[]> => (await unwrap(api.audience.fields.get())).fields,
});
export const createField = (body: NewField) => unwrap(api.audience.fields.post(body));
export const changeField = ({ id, ...body }: { id: string; name: string; choices?: string[] }) =>
  unwrap(api.audience.fields({ fieldId: id }).patch(body));
export const deleteField = (id: string) => unwrap(api.audience.fields({ fieldId: id }).delete());

export const categoriesQuery = queryOptions({
  queryKey: ["audience", "categories"],
  queryFn: async (): Promise<Category[]> => (await unwrap(api.audience.categories.get())).categories,
});
export const createCategory = (names: Category["names"]) => unwrap(api.audience.categories.post({ names }));
export const changeCategory = ({ id, ...body }: { id: number; names?: Category["names"]; isArchived?: boolean }) =>
  unwrap(api.audience.categories({ categoryId: String(id) }).patch(body));

export const mySubscriptionsQuery = queryOptions({
  queryKey: ["my-subscriptions"],
  queryFn: (): Promise<MySubscriptions> => unwrap(api.my.subscriptions.get()),
});
export const chooseSubscription = ({ categoryId, isOptedOut }: { categoryId: number; isOptedOut: boolean }) =>
  unwrap(api.my.subscriptions({ categoryId: String(categoryId) }).put({ isOptedOut }));
