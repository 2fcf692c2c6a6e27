ALTER TABLE "products" ADD CONSTRAINT "products_owner" UNIQUE("id","workspace_id");--> statement-breakpoint
CREATE TABLE "chat_accesses" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"telegram_id" bigint NOT NULL,
	"state" text DEFAULT 'invited' NOT NULL,
	"product_id" uuid,
	"link" text,
	"link_until" timestamp with time zone,
	"joined_at" timestamp with time zone,
	"due_since" timestamp with time zone,
	"removing_since" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_accesses_once" UNIQUE("chat_id","person_id"),
	CONSTRAINT "chat_accesses_state_known" CHECK ("chat_accesses"."state" in ('invited','joined','left','removed','kept')),
	CONSTRAINT "chat_accesses_link_ends" CHECK (("chat_accesses"."link" is null) = ("chat_accesses"."link_until" is null)),
	CONSTRAINT "chat_accesses_end_dated" CHECK (("chat_accesses"."state" in ('left','removed','kept')) = ("chat_accesses"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "chat_rights" (
	"chat_id" uuid PRIMARY KEY NOT NULL,
	"bot_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"may_invite" boolean NOT NULL,
	"may_remove" boolean NOT NULL,
	"checked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_chats" (
	"product_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "product_chats_once" PRIMARY KEY("product_id","chat_id")
);
--> statement-breakpoint
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
ALTER TABLE "chat_accesses" ADD CONSTRAINT "chat_accesses_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_accesses" ADD CONSTRAINT "chat_accesses_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_accesses" ADD CONSTRAINT "chat_accesses_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_accesses" ADD CONSTRAINT "chat_accesses_of_chat" FOREIGN KEY ("chat_id","bot_id","workspace_id") REFERENCES "public"."chats"("id","bot_id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_rights" ADD CONSTRAINT "chat_rights_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_rights" ADD CONSTRAINT "chat_rights_of_chat" FOREIGN KEY ("chat_id","bot_id","workspace_id") REFERENCES "public"."chats"("id","bot_id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_chats" ADD CONSTRAINT "product_chats_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_chats" ADD CONSTRAINT "product_chats_of_product" FOREIGN KEY ("product_id","workspace_id") REFERENCES "public"."products"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_chats" ADD CONSTRAINT "product_chats_of_chat" FOREIGN KEY ("chat_id","bot_id","workspace_id") REFERENCES "public"."chats"("id","bot_id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "renewals" ADD CONSTRAINT "renewals_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_accesses_by_person" ON "chat_accesses" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "chat_accesses_by_workspace" ON "chat_accesses" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "chat_accesses_by_product" ON "chat_accesses" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "chat_accesses_inside" ON "chat_accesses" USING btree ("chat_id") WHERE "chat_accesses"."state" = 'joined';--> statement-breakpoint
CREATE INDEX "chat_accesses_due" ON "chat_accesses" USING btree ("due_since") WHERE "chat_accesses"."due_since" is not null;--> statement-breakpoint
CREATE INDEX "chat_accesses_ended" ON "chat_accesses" USING btree ("ended_at") WHERE "chat_accesses"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "chat_rights_by_workspace" ON "chat_rights" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "product_chats_by_chat" ON "product_chats" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "product_chats_by_workspace" ON "product_chats" USING btree ("workspace_id");--> statement-breakpoint
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