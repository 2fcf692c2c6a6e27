ALTER TABLE "entitlements" ADD COLUMN "won_back_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "persons" ADD COLUMN "search_text" text GENERATED ALWAYS AS (lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' @' || coalesce(username, '') || ' ' || coalesce(telegram_id::text, ''))) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD COLUMN "win_back_days" smallint;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD COLUMN "win_back_code_id" uuid;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD COLUMN "win_back_category_id" integer;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "return_waits" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_win_back_code_id_promo_codes_id_fk" FOREIGN KEY ("win_back_code_id") REFERENCES "public"."promo_codes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_win_back_category_id_audience_categories_id_fk" FOREIGN KEY ("win_back_category_id") REFERENCES "public"."audience_categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "persons_blocked" ON "persons" USING btree ("workspace_id","created_at","id") WHERE "persons"."blocked_at" is not null;--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (audience_pieces("search_text"));--> statement-breakpoint
CREATE INDEX "shop_settings_by_code" ON "shop_settings" USING btree ("win_back_code_id") WHERE "shop_settings"."win_back_code_id" is not null;--> statement-breakpoint
CREATE INDEX "shop_settings_by_audience_category" ON "shop_settings" USING btree ("win_back_category_id") WHERE "shop_settings"."win_back_category_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_return_waits" ON "tasks" USING btree ("order_id") WHERE "tasks"."return_waits";--> statement-breakpoint
ALTER TABLE "shop_settings" ADD CONSTRAINT "shop_settings_win_back_sane" CHECK ("shop_settings"."win_back_days" between 1 and 90);