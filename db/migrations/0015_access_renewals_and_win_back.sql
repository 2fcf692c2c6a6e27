ALTER TABLE "persons" ADD COLUMN "search_text" text GENERATED ALWAYS AS (lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' @' || coalesce(username, '') || ' ' || coalesce(telegram_id::text, ''))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "return_waits" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "persons_blocked" ON "persons" USING btree ("workspace_id","created_at","id") WHERE "persons"."blocked_at" is not null;--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (audience_pieces("search_text"));--> statement-breakpoint
CREATE INDEX "tasks_return_waits" ON "tasks" USING btree ("order_id") WHERE "tasks"."return_waits";