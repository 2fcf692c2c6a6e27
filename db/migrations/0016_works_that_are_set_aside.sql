CREATE TABLE "stumbles" (
	"work" text NOT NULL,
	"subject" text NOT NULL,
	"tries" smallint DEFAULT 1 NOT NULL,
	"stumbled_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stumbles_once" PRIMARY KEY("work","subject")
);
--> statement-breakpoint
ALTER TABLE "audience_changes" DROP CONSTRAINT "audience_changes_state_known";--> statement-breakpoint
ALTER TABLE "broadcast_changes" DROP CONSTRAINT "broadcast_changes_state_known";--> statement-breakpoint
ALTER TABLE "conversion_batches" DROP CONSTRAINT "conversion_batches_state_known";--> statement-breakpoint
ALTER TABLE "inbox_replays" DROP CONSTRAINT "inbox_replays_state_known";--> statement-breakpoint
CREATE INDEX "stumbles_by_age" ON "stumbles" USING btree ("stumbled_at");--> statement-breakpoint
ALTER TABLE "audience_changes" ADD CONSTRAINT "audience_changes_state_known" CHECK ("audience_changes"."state" in ('running','done','failed'));--> statement-breakpoint
ALTER TABLE "broadcast_changes" ADD CONSTRAINT "broadcast_changes_state_known" CHECK ("broadcast_changes"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "conversion_batches" ADD CONSTRAINT "conversion_batches_state_known" CHECK ("conversion_batches"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "inbox_replays" ADD CONSTRAINT "inbox_replays_state_known" CHECK ("inbox_replays"."state" in ('running','done','stopped','failed'));