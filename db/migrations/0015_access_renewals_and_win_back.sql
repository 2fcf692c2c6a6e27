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
ALTER TABLE "entitlements" ADD COLUMN "won_back_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payment_connections" ADD COLUMN "disconnected_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "bot_id" uuid;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "search_text" text GENERATED ALWAYS AS (lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' @' || coalesce(username, '') || ' ' || coalesce(telegram_id::text, ''))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "unheard_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD COLUMN "win_back_days" smallint;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD COLUMN "win_back_code_id" uuid;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD COLUMN "win_back_category_id" integer;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "return_waits" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "renewals" ADD CONSTRAINT "renewals_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "renewals_to_tell" ON "renewals" USING btree ("asked_at") WHERE "renewals"."is_asked_on" is not null;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_win_back_code_id_promo_codes_id_fk" FOREIGN KEY ("win_back_code_id") REFERENCES "public"."promo_codes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_win_back_category_id_audience_categories_id_fk" FOREIGN KEY ("win_back_category_id") REFERENCES "public"."audience_categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_connections_one_per_provider" ON "payment_connections" USING btree ("workspace_id","provider") WHERE "payment_connections"."disconnected_at" is null;--> statement-breakpoint
CREATE INDEX "payments_by_bot" ON "payments" USING btree ("bot_id") WHERE "payments"."bot_id" is not null;--> statement-breakpoint
CREATE INDEX "persons_blocked" ON "persons" USING btree ("workspace_id","created_at","id") WHERE "persons"."blocked_at" is not null;--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (audience_pieces("search_text"));--> statement-breakpoint
CREATE INDEX "shop_settings_by_code" ON "shop_settings" USING btree ("win_back_code_id") WHERE "shop_settings"."win_back_code_id" is not null;--> statement-breakpoint
CREATE INDEX "shop_settings_by_audience_category" ON "shop_settings" USING btree ("win_back_category_id") WHERE "shop_settings"."win_back_category_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_return_waits" ON "tasks" USING btree ("order_id") WHERE "tasks"."return_waits";--> statement-breakpoint
CREATE UNIQUE INDEX "payment_connections_one_workspace_per_account" ON "payment_connections" USING btree ("provider","account") WHERE "payment_connections"."account" is not null and "payment_connections"."disconnected_at" is null;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_win_back_sane" CHECK ("shop_settings"."win_back_days" between 1 and 90);