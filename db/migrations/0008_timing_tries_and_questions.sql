DROP INDEX "sequence_runs_due";--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "tries" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sequence_runs" ADD COLUMN "tries" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "broadcasts_undecided" ON "broadcasts" USING btree ("started_at") WHERE "broadcasts"."experiment" is not null and "broadcasts"."decided_at" is null and "broadcasts"."asked_at" is null;--> statement-breakpoint
CREATE INDEX "sequence_runs_due" ON "sequence_runs" USING btree ("sequence_id","next_at") WHERE "sequence_runs"."state" = 'active';