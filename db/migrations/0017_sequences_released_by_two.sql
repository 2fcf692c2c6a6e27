ALTER TABLE "sequences" ADD COLUMN "waiting" jsonb;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "changed_by" uuid;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "requested_by" uuid;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sequences_by_changer" ON "sequences" USING btree ("changed_by");--> statement-breakpoint
CREATE INDEX "sequences_by_requester" ON "sequences" USING btree ("requested_by");