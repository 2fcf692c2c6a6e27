CREATE TABLE "shop_days" (
	"workspace_id" uuid NOT NULL,
	"day" date NOT NULL,
	"product_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"orders" integer DEFAULT 0 NOT NULL,
	"paid" integer DEFAULT 0 NOT NULL,
	"revenue" numeric(38, 18) DEFAULT '0' NOT NULL,
	"refunded" numeric(38, 18) DEFAULT '0' NOT NULL,
	CONSTRAINT "shop_days_workspace_id_day_product_id_currency_pk" PRIMARY KEY("workspace_id","day","product_id","currency")
);
--> statement-breakpoint
ALTER TABLE "uploads" DROP CONSTRAINT "uploads_purpose_known";--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "payment_id" uuid;--> statement-breakpoint
ALTER TABLE "shop_days" ADD CONSTRAINT "shop_days_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shop_days" ADD CONSTRAINT "shop_days_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "shop_days_by_product" ON "shop_days" USING btree ("product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_once_per_payment" ON "orders" USING btree ("payment_id") WHERE "orders"."payment_id" is not null;--> statement-breakpoint
CREATE INDEX "orders_by_method" ON "orders" USING btree ("workspace_id","method","created_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "orders_of_buyers" ON "orders" USING btree ("workspace_id","created_at","person_id","paid_at");--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_purpose_known" CHECK ("uploads"."purpose" in ('media','import','picture'));