CREATE TABLE "attention_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attention_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"telegram_id" bigint NOT NULL,
	"queued_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stumbles" (
	"work" text NOT NULL,
	"subject" text NOT NULL,
	"tries" smallint DEFAULT 1 NOT NULL,
	"stumbled_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stumbles_once" PRIMARY KEY("work","subject")
);
--> statement-breakpoint
ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_once_per_chat";--> statement-breakpoint
ALTER TABLE "audience_changes" DROP CONSTRAINT "audience_changes_state_known";--> statement-breakpoint
ALTER TABLE "broadcast_changes" DROP CONSTRAINT "broadcast_changes_state_known";--> statement-breakpoint
ALTER TABLE "conversion_batches" DROP CONSTRAINT "conversion_batches_state_known";--> statement-breakpoint
ALTER TABLE "inbox_replays" DROP CONSTRAINT "inbox_replays_state_known";--> statement-breakpoint
DROP INDEX "persons_search";--> statement-breakpoint
DROP INDEX "subscribers_search";--> statement-breakpoint
ALTER TABLE "subscribers" ALTER COLUMN "chat_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "payer_telegram_id" bigint;--> statement-breakpoint
ALTER TABLE "attention_messages" ADD CONSTRAINT "attention_messages_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attention_messages_of_human" ON "attention_messages" USING btree ("workspace_id","telegram_id","queued_at");--> statement-breakpoint
CREATE INDEX "stumbles_by_age" ON "stumbles" USING btree ("stumbled_at");--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_of_bot" FOREIGN KEY ("bot_id","workspace_id") REFERENCES "public"."bots"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payments_by_payer" ON "payments" USING btree ("payer_telegram_id") WHERE "payments"."payer_telegram_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "subscribers_once_per_chat" ON "subscribers" USING btree ("chat_id") WHERE "subscribers"."chat_id" is not null;--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (array_to_tsvector(array_remove(string_to_array(translate(left("search_text", 500), '@_-.', '    '), ' '), '')));--> statement-breakpoint
CREATE INDEX "subscribers_search" ON "subscribers" USING gin (array_to_tsvector(array_remove(string_to_array(translate(left("search_text", 500), '@_-.', '    '), ' '), '')));--> statement-breakpoint
ALTER TABLE "audience_changes" ADD CONSTRAINT "audience_changes_state_known" CHECK ("audience_changes"."state" in ('running','done','failed'));--> statement-breakpoint
ALTER TABLE "broadcast_changes" ADD CONSTRAINT "broadcast_changes_state_known" CHECK ("broadcast_changes"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "conversion_batches" ADD CONSTRAINT "conversion_batches_state_known" CHECK ("conversion_batches"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "inbox_replays" ADD CONSTRAINT "inbox_replays_state_known" CHECK ("inbox_replays"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_chat_known" CHECK ("subscribers"."chat_id" is not null or ("subscribers"."state" = 'unreachable' and "subscribers"."subscribed_at" is null));--> statement-breakpoint
-- People are searched by the words of PostgreSQL's own tsvector now.
DROP FUNCTION audience_pieces(text);
