CREATE TABLE "attention_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attention_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"telegram_id" bigint NOT NULL,
	"queued_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "payer_telegram_id" bigint;--> statement-breakpoint
ALTER TABLE "attention_messages" ADD CONSTRAINT "attention_messages_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attention_messages_of_human" ON "attention_messages" USING btree ("workspace_id","telegram_id","queued_at");--> statement-breakpoint
CREATE INDEX "payments_by_payer" ON "payments" USING btree ("payer_telegram_id") WHERE "payments"."payer_telegram_id" is not null;