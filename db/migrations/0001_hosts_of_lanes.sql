CREATE TABLE "lane_hosts" (
	"id" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deliveries" DROP CONSTRAINT "deliveries_dedupe";--> statement-breakpoint
DROP INDEX "deliveries_queue";--> statement-breakpoint
DROP INDEX "deliveries_by_subject";--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "label" text;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "paused_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "digest" jsonb;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "is_paid" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "is_due" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "lanes" ADD COLUMN "taken_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_dedupe" ON "deliveries" USING btree ("workspace_id","dedupe_key") WHERE "deliveries"."dedupe_key" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_chat_queue" ON "deliveries" USING btree ("chat_id","rank","id") WHERE "deliveries"."state" = 'queued' and "deliveries"."is_due";--> statement-breakpoint
CREATE INDEX "deliveries_planned" ON "deliveries" USING btree ("not_before") WHERE "deliveries"."state" = 'queued' and not "deliveries"."is_due";--> statement-breakpoint
CREATE INDEX "deliveries_folded_into" ON "deliveries" USING btree ("folded_into") WHERE "deliveries"."folded_into" is not null;--> statement-breakpoint
CREATE INDEX "lanes_by_owner" ON "lanes" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "deliveries_queue" ON "deliveries" USING btree ("bot_id","rank","id") WHERE "deliveries"."state" = 'queued' and "deliveries"."is_due";--> statement-breakpoint
CREATE INDEX "deliveries_by_subject" ON "deliveries" USING btree ("workspace_id","subject_kind","subject_id") WHERE "deliveries"."subject_id" is not null;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_state_known" CHECK ("chats"."state" in ('active','blocked','deactivated','kicked','deleted','no_rights','unreachable','removed'));