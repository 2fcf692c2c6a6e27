CREATE TABLE "renewals" (
	"invoice_id" uuid PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'on' NOT NULL,
	"is_asked_on" boolean,
	"asked_at" timestamp with time zone,
	"problem" text,
	CONSTRAINT "renewals_state_known" CHECK ("renewals"."state" in ('on','off','off_by_payer'))
);
--> statement-breakpoint
ALTER TABLE "payment_connections" DROP CONSTRAINT "payment_connections_one_per_provider";--> statement-breakpoint
DROP INDEX "payment_connections_one_workspace_per_account";--> statement-breakpoint
ALTER TABLE "payment_connections" ADD COLUMN "disconnected_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "bot_id" uuid;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "unheard_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "renewals" ADD CONSTRAINT "renewals_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "renewals_to_tell" ON "renewals" USING btree ("asked_at") WHERE "renewals"."is_asked_on" is not null;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_connections_one_per_provider" ON "payment_connections" USING btree ("workspace_id","provider") WHERE "payment_connections"."disconnected_at" is null;--> statement-breakpoint
CREATE INDEX "payments_by_bot" ON "payments" USING btree ("bot_id") WHERE "payments"."bot_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_connections_one_workspace_per_account" ON "payment_connections" USING btree ("provider","account") WHERE "payment_connections"."account" is not null and "payment_connections"."disconnected_at" is null;