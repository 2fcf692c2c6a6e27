CREATE TABLE "sequence_conversions" (
	"conversion_id" bigint PRIMARY KEY NOT NULL,
	"message_id" bigint NOT NULL,
	"status" text NOT NULL,
	"is_earned" boolean NOT NULL,
	"amount" text,
	"currency" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sequence_links" (
	"sequence_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"url" text NOT NULL,
	CONSTRAINT "sequence_links_once" PRIMARY KEY("sequence_id","number")
);
--> statement-breakpoint
CREATE TABLE "sequence_messages" (
	"id" bigint PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"sequence_id" uuid NOT NULL,
	"step_id" uuid,
	"subscriber_id" bigint NOT NULL,
	"telegram_id" bigint,
	"is_urgent" boolean NOT NULL,
	"queued_at" timestamp with time zone NOT NULL,
	"clicks" smallint DEFAULT 0 NOT NULL,
	"clicked_at" timestamp with time zone,
	"converted_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "sequence_conversions" ADD CONSTRAINT "sequence_conversions_message_id_sequence_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."sequence_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_links" ADD CONSTRAINT "sequence_links_sequence_id_sequences_id_fk" FOREIGN KEY ("sequence_id") REFERENCES "public"."sequences"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_messages" ADD CONSTRAINT "sequence_messages_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_messages" ADD CONSTRAINT "sequence_messages_sequence_id_sequences_id_fk" FOREIGN KEY ("sequence_id") REFERENCES "public"."sequences"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_messages" ADD CONSTRAINT "sequence_messages_step_id_sequence_steps_id_fk" FOREIGN KEY ("step_id") REFERENCES "public"."sequence_steps"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sequence_conversions_by_message" ON "sequence_conversions" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "sequence_messages_of_human" ON "sequence_messages" USING btree ("workspace_id","telegram_id","queued_at");--> statement-breakpoint
CREATE INDEX "sequence_messages_by_sequence" ON "sequence_messages" USING btree ("sequence_id");--> statement-breakpoint
CREATE INDEX "sequence_messages_by_step" ON "sequence_messages" USING btree ("step_id");--> statement-breakpoint
CREATE INDEX "sequence_messages_answered" ON "sequence_messages" USING btree ("step_id") WHERE "sequence_messages"."clicked_at" is not null or "sequence_messages"."converted_at" is not null;