ALTER TABLE "payment_connections" DROP CONSTRAINT "payment_connections_one_per_provider";--> statement-breakpoint
DROP INDEX "payment_connections_one_workspace_per_account";--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "renewal" text;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "renewal_asked" boolean;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "renewal_problem" text;--> statement-breakpoint
ALTER TABLE "payment_connections" ADD COLUMN "disconnected_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "bot_id" uuid;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "unheard_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invoices_renewal_asked" ON "invoices" USING btree ("id") WHERE "invoices"."renewal_asked" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_connections_one_per_provider" ON "payment_connections" USING btree ("workspace_id","provider") WHERE "payment_connections"."disconnected_at" is null;--> statement-breakpoint
CREATE INDEX "payments_by_bot" ON "payments" USING btree ("bot_id") WHERE "payments"."bot_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_connections_one_workspace_per_account" ON "payment_connections" USING btree ("provider","account") WHERE "payment_connections"."account" is not null and "payment_connections"."disconnected_at" is null;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_renewal_known" CHECK ("invoices"."renewal" in ('on','off','off_by_payer'));