/** What else can be done with people, and where their tags, fields, kinds of messages and files are. */
import { href } from "@miniapp/app/paths.ts";
import { useCan } from "@miniapp/features/identity/me.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Section, SelectIcon, Sheet, SheetBody } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";

export interface MoreSheetProps {
  onSelect(): void;
  onClose(): void;
}

export default function MoreSheet({ onSelect, onClose }: MoreSheetProps): JSX.Element {
  const t = useT();
  const can = useCan();
  return (
    <Sheet title={t("app.audience.more")} onClose={onClose}>
      <SheetBody>
        {can("audience.manage") && (
          <Section>
            <Row
              before={<SelectIcon />}
              tone="accent"
              title={t("app.audience.select")}
              onClick={() => {
                onSelect();
                onClose();
              }}
            />
          </Section>
        )}
        <Section>
          {can("audience.manage") && <Row title={t("app.audience.files")} to={href("imports")} />}
          <Row title={t("app.tags.title")} to={href("tags")} />
          <Row title={t("app.fields.title")} to={href("fields")} />
          <Row title={t("app.categories.title")} to={href("categories")} />
        </Section>
      </SheetBody>
    </Sheet>
  );
}
