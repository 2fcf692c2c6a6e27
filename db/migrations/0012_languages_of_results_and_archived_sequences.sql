DROP INDEX "deliveries_by_subject";--> statement-breakpoint
ALTER TABLE "broadcast_conversions" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "broadcast_recipients" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "deliveries_by_subject" ON "deliveries" USING btree ("workspace_id","subject_kind","subject_id","id") WHERE "deliveries"."subject_id" is not null;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_archived_sleep" CHECK ("sequences"."archived_at" is null or "sequences"."state" <> 'active');