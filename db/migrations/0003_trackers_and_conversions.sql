CREATE TABLE "conversions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "conversions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"identity_key" text NOT NULL,
	"subid" text DEFAULT '' NOT NULL,
	"tid" text DEFAULT '' NOT NULL,
	"status" text NOT NULL,
	"raw_status" text,
	"amount" numeric,
	"currency" text,
	"campaign_id" text,
	"campaign_name" text,
	"country" text,
	"facts" jsonb NOT NULL,
	"notes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"corrections" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"correction_count" smallint DEFAULT 0 NOT NULL,
	"is_recovered" boolean DEFAULT false NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"event_id" bigint,
	"amount_event_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversions_once" UNIQUE("connection_id","identity_key"),
	CONSTRAINT "conversions_status_known" CHECK ("conversions"."status" in ('lead','sale','rejected','rebill','registration','deposit','trash','other'))
);
--> statement-breakpoint
CREATE TABLE "tracker_connections" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"secret_hash" text,
	"secret_sealed" text,
	"previous_secret_hash" text,
	"previous_secret_until" timestamp with time zone,
	"secret_rotated_at" timestamp with time zone,
	"status_map" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"default_currency" text,
	"locale" text NOT NULL,
	"chat_id" uuid,
	"thread_id" bigint,
	"intake_per_second" integer,
	"intake_burst" integer,
	"first_event_at" timestamp with time zone,
	"last_event_at" timestamp with time zone,
	"last_refused_at" timestamp with time zone,
	"last_refusal" text,
	"deleted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tracker_connections_secret_hash" UNIQUE("secret_hash"),
	CONSTRAINT "tracker_connections_previous_secret_hash" UNIQUE("previous_secret_hash"),
	CONSTRAINT "tracker_connections_kind_known" CHECK ("tracker_connections"."kind" in ('keitaro')),
	CONSTRAINT "tracker_connections_state_known" CHECK ("tracker_connections"."state" in ('active','paused')),
	CONSTRAINT "tracker_connections_limits_positive" CHECK ("tracker_connections"."intake_per_second" > 0 and "tracker_connections"."intake_burst" > 0),
	CONSTRAINT "tracker_connections_secret_unless_deleted" CHECK (("tracker_connections"."secret_hash" is null) = ("tracker_connections"."deleted_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "conversions" ADD CONSTRAINT "conversions_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversions" ADD CONSTRAINT "conversions_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD CONSTRAINT "tracker_connections_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD CONSTRAINT "tracker_connections_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversions_by_workspace" ON "conversions" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "conversions_by_status" ON "conversions" USING btree ("workspace_id","status","id");--> statement-breakpoint
CREATE INDEX "conversions_by_connection" ON "conversions" USING btree ("connection_id","id");--> statement-breakpoint
CREATE INDEX "conversions_by_time" ON "conversions" USING btree ("workspace_id","received_at");--> statement-breakpoint
CREATE INDEX "conversions_by_subid" ON "conversions" USING hash ("subid") WHERE "conversions"."subid" <> '';--> statement-breakpoint
CREATE INDEX "conversions_by_tid" ON "conversions" USING hash ("tid") WHERE "conversions"."tid" <> '';--> statement-breakpoint
CREATE UNIQUE INDEX "tracker_connections_name_once" ON "tracker_connections" USING btree ("workspace_id",lower("name")) WHERE "tracker_connections"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "tracker_connections_by_workspace" ON "tracker_connections" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "tracker_connections_by_chat" ON "tracker_connections" USING btree ("chat_id");