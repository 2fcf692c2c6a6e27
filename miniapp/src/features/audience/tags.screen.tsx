import { Freshness } from "@miniapp/features/operations/components/freshness.tsx";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Empty, Row, toast } from "@miniapp/shared/ui/index.ts";
import { VirtualList } from "@miniapp/shared/ui/virtual-list.tsx";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { countedTagsQuery, type Tag } from "./api.ts";
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
  const query = useSuspenseQuery(countedTagsQuery);
  if (query.data.length === 0) return <Empty title={t("app.tags.empty")} text={t("app.tags.empty_text")} />;
  return (
    <>
      <Freshness of={query} />
      <VirtualList
        label={t("app.tags.title")}
        items={query.data}
        keyOf={(tag) => String(tag.id)}
        rowHeight={48}
        render={(tag) => (
          <Row
            title={tag.name}
            end={tag.people === null ? undefined : format.number(tag.people)}
            {...(onOpen ? { onClick: () => onOpen(tag) } : {})}
          />
        )}
      />
    </>
  );
}
