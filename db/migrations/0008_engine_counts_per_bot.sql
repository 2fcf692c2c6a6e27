DROP INDEX "broadcast_recipients_open";--> statement-breakpoint
DROP INDEX "broadcast_recipients_unknown";--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "total" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "planned" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "queued" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "sent" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "failed" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "unknown" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "skipped" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD COLUMN "cancelled" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "self_stop" jsonb;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "per_second" real DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "measured_done" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "measured_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "broadcasts_unsettled" ON "broadcasts" USING btree ("started_at") WHERE "broadcasts"."unknown" > 0 or "broadcasts"."queued" > 0;--> statement-breakpoint
CREATE INDEX "broadcast_recipients_open" ON "broadcast_recipients" USING btree ("broadcast_id","bot_id","id") WHERE "broadcast_recipients"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "broadcast_recipients_unknown" ON "broadcast_recipients" USING btree ("broadcast_id","id") WHERE "broadcast_recipients"."state" = 'unknown';