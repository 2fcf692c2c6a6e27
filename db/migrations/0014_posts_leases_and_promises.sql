DROP INDEX "tasks_due";--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "promises" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "lease_sec" integer DEFAULT 60 NOT NULL;--> statement-breakpoint
CREATE INDEX "tasks_by_post" ON "tasks" USING btree ("address","person_id");--> statement-breakpoint
CREATE INDEX "tasks_due" ON "tasks" USING btree ("deadline_at") WHERE "tasks"."state" in ('created','sent','processing') or ("tasks"."state" = 'failed' and "tasks"."worth" is not null and "tasks"."returned_at" is null);