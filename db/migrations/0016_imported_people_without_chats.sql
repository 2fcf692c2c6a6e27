ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_once_per_chat";--> statement-breakpoint
DROP INDEX "persons_search";--> statement-breakpoint
DROP INDEX "subscribers_search";--> statement-breakpoint
ALTER TABLE "subscribers" ALTER COLUMN "chat_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_of_bot" FOREIGN KEY ("bot_id","workspace_id") REFERENCES "public"."bots"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "subscribers_once_per_chat" ON "subscribers" USING btree ("chat_id") WHERE "subscribers"."chat_id" is not null;--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (array_to_tsvector(array_remove(string_to_array(translate(left("search_text", 500), '@_-.', '    '), ' '), '')));--> statement-breakpoint
CREATE INDEX "subscribers_search" ON "subscribers" USING gin (array_to_tsvector(array_remove(string_to_array(translate(left("search_text", 500), '@_-.', '    '), ' '), '')));--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_chat_known" CHECK ("subscribers"."chat_id" is not null or ("subscribers"."state" = 'unreachable' and "subscribers"."subscribed_at" is null));--> statement-breakpoint
-- People are searched by the words of PostgreSQL's own tsvector now.
DROP FUNCTION audience_pieces(text);
