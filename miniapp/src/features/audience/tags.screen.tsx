import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { matching, searchedFrom } from "@miniapp/features/operations/list-search.ts";
import { useSearchText } from "@miniapp/features/operations/use-search-text.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Empty, Row, Search, toast } from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { peopleByTagQuery, type Tag, tagsQuery } from "./api.ts";
import { CatalogScreen } from "./catalog-screen.tsx";
import { TagSheet } from "./tag-sheet.tsx";

/** Tags with the number of people who have each. */
export default function TagsScreen(): JSX.Element {
  const t = useT();
  return (
    <CatalogScreen<Tag>
      title={t("app.tags.title")}
      add={t("app.tags.new")}
      list={(onOpen) => <Tags onOpen={onOpen} />}
      sheet={(tag, onClose) => (
        <TagSheet
          tag={tag}
          onSaved={() => {
            toast(t("app.saved"));
            onClose();
          }}
          onClose={onClose}
        />
      )}
    />
  );
}

function Tags({ onOpen }: { onOpen: ((tag: Tag) => void) | undefined }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const query = useSuspenseQuery(tagsQuery);
  // Counting reads all of the audience; the list does not wait for it.
  const people = useQuery(peopleByTagQuery).data;
  const search = useSearchText();
  const all = query.data;
  if (all.length === 0) return <Empty title={t("app.tags.empty")} text={t("app.tags.empty_text")} />;
  const tags = matching(all, search.typed, ({ name }) => name);
  return (
    <>
      <Freshness of={query} />
      {all.length > searchedFrom && (
        <Search value={search.typed} onChange={search.type} label={t("app.action.search")} />
      )}
      {tags.length === 0 && (
        <Empty
          title={t("app.state.nothing_found")}
          action={{ text: t("app.action.reset"), onClick: () => search.type("") }}
        />
      )}
      <VirtualList
        label={t("app.tags.title")}
        items={tags}
        keyOf={(tag) => String(tag.id)}
        rowHeight={48}
        render={(tag) => (
          <Row
            title={tag.name}
            end={people && format.number(people.get(tag.id) ?? 0)}
            {...(onOpen ? { onClick: () => onOpen(tag) } : {})}
          />
        )}
      />
    </>
  );
}
