CREATE TABLE "alert_counters" (
	"route_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"thread_id" bigint NOT NULL,
	"window_ends" timestamp with time zone NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "alert_counters_key" PRIMARY KEY("route_id","chat_id","thread_id")
);
--> statement-breakpoint
CREATE TABLE "alert_mutes" (
	"workspace_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"muted_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alert_mutes_key" PRIMARY KEY("chat_id","scope")
);
--> statement-breakpoint
CREATE TABLE "alert_routes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"is_fallback" boolean DEFAULT false NOT NULL,
	"stops" boolean DEFAULT false NOT NULL,
	"conditions" jsonb NOT NULL,
	"targets" jsonb NOT NULL,
	"pace" jsonb NOT NULL,
	"quiet" jsonb,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_template_texts" (
	"template_id" uuid NOT NULL,
	"status" text NOT NULL,
	"locale" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alert_template_texts_key" PRIMARY KEY("template_id","status","locale")
);
--> statement-breakpoint
CREATE TABLE "alert_templates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"buttons" text[] NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversion_batches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"ids" jsonb,
	"filter" jsonb,
	"state" text DEFAULT 'running' NOT NULL,
	"checkpoint_id" bigint NOT NULL,
	"ceiling_id" bigint NOT NULL,
	"total" integer NOT NULL,
	"done_count" integer DEFAULT 0 NOT NULL,
	"made_count" integer DEFAULT 0 NOT NULL,
	"requested_by" uuid,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversion_batches_kind_known" CHECK ("conversion_batches"."kind" in ('replay','reroute')),
	CONSTRAINT "conversion_batches_state_known" CHECK ("conversion_batches"."state" in ('running','done','stopped'))
);
--> statement-breakpoint
CREATE TABLE "conversion_day_rolls" (
	"workspace_id" uuid NOT NULL,
	"day" date NOT NULL,
	"rolled_until" timestamp with time zone NOT NULL,
	"time_zone" text NOT NULL,
	CONSTRAINT "conversion_day_rolls_key" PRIMARY KEY("workspace_id","day")
);
--> statement-breakpoint
CREATE TABLE "conversion_days" (
	"workspace_id" uuid NOT NULL,
	"day" date NOT NULL,
	"dimension" text NOT NULL,
	"value" text NOT NULL,
	"connection_id" uuid NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"count" integer NOT NULL,
	"amount" numeric NOT NULL,
	"taken_back" numeric NOT NULL,
	"label" text,
	CONSTRAINT "conversion_days_key" PRIMARY KEY("workspace_id","dimension","day","value","connection_id","status","currency")
);
--> statement-breakpoint
CREATE TABLE "held_alerts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "held_alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"conversion_id" bigint NOT NULL,
	"connection_id" uuid NOT NULL,
	"route_id" uuid,
	"chat_id" uuid NOT NULL,
	"thread_id" bigint,
	"reason" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"item" jsonb NOT NULL,
	"locale" text NOT NULL,
	"is_silent" boolean NOT NULL,
	"dedupe_key" text NOT NULL,
	"state" text DEFAULT 'held' NOT NULL,
	"delivery_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "held_alerts_once" UNIQUE("workspace_id","dedupe_key"),
	CONSTRAINT "held_alerts_reason_known" CHECK ("held_alerts"."reason" in ('digest','quiet','cap','mute')),
	CONSTRAINT "held_alerts_state_known" CHECK ("held_alerts"."state" in ('held','told','cancelled'))
);
--> statement-breakpoint
CREATE TABLE "report_summaries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"period" text NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"at" text NOT NULL,
	"weekday" smallint DEFAULT 1 NOT NULL,
	"connection_id" uuid,
	"chat_id" uuid,
	"thread_id" bigint,
	"locale" text NOT NULL,
	"told_for" date,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_summaries_period_known" CHECK ("report_summaries"."period" in ('day','week')),
	CONSTRAINT "report_summaries_weekday_known" CHECK ("report_summaries"."weekday" between 1 and 7),
	CONSTRAINT "report_summaries_time_known" CHECK ("report_summaries"."at" ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$')
);
--> statement-breakpoint
CREATE TABLE "report_watches" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"status" text,
	"connection_id" uuid,
	"direction" text NOT NULL,
	"percent" integer NOT NULL,
	"min_volume" integer NOT NULL,
	"cool_down_minutes" integer NOT NULL,
	"chat_id" uuid,
	"thread_id" bigint,
	"locale" text NOT NULL,
	"judged_until" timestamp with time zone,
	"fired_at" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_watches_direction_known" CHECK ("report_watches"."direction" in ('drop','spike','both')),
	CONSTRAINT "report_watches_sane" CHECK ("report_watches"."percent" > 0 and "report_watches"."min_volume" > 0 and "report_watches"."cool_down_minutes" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tracker_log_rows" (
	"connection_id" uuid NOT NULL,
	"row_key" text NOT NULL,
	"workspace_id" uuid NOT NULL,
	"happened_at" timestamp with time zone NOT NULL,
	"arrival" text NOT NULL,
	"conversion_id" bigint,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tracker_log_rows_key" PRIMARY KEY("connection_id","row_key"),
	CONSTRAINT "tracker_log_rows_arrival_known" CHECK ("tracker_log_rows"."arrival" in ('delivered','recovered','waiting','elsewhere'))
);
--> statement-breakpoint
CREATE TABLE "tracker_pull_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"window_from" timestamp with time zone NOT NULL,
	"window_to" timestamp with time zone NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"missing" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tracker_pulls" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"api_url" text NOT NULL,
	"api_key_sealed" text NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"every_minutes" integer DEFAULT 10 NOT NULL,
	"scope" text DEFAULT 'seen' NOT NULL,
	"dialect" text,
	"checked_until" timestamp with time zone,
	"next_run_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_run_at" timestamp with time zone,
	"last_ok_at" timestamp with time zone,
	"problem" text,
	"problem_since" timestamp with time zone,
	"failures" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tracker_pulls_scope_known" CHECK ("tracker_pulls"."scope" in ('seen','all')),
	CONSTRAINT "tracker_pulls_every_sane" CHECK ("tracker_pulls"."every_minutes" between 1 and 1440)
);
--> statement-breakpoint
ALTER TABLE "tracker_connections" DROP CONSTRAINT "tracker_connections_kind_known";--> statement-breakpoint
ALTER TABLE "conversions" ADD COLUMN "happened_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD COLUMN "created_by" uuid;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD COLUMN "shared_with" text[];--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD COLUMN "parameter_map" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD COLUMN "signing" jsonb;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD COLUMN "signing_sealed" text;--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD COLUMN "allowed_senders" text[];--> statement-breakpoint
ALTER TABLE "alert_counters" ADD CONSTRAINT "alert_counters_route_id_alert_routes_id_fk" FOREIGN KEY ("route_id") REFERENCES "public"."alert_routes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_counters" ADD CONSTRAINT "alert_counters_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_mutes" ADD CONSTRAINT "alert_mutes_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_mutes" ADD CONSTRAINT "alert_mutes_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_mutes" ADD CONSTRAINT "alert_mutes_muted_by_persons_id_fk" FOREIGN KEY ("muted_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_routes" ADD CONSTRAINT "alert_routes_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_routes" ADD CONSTRAINT "alert_routes_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_template_texts" ADD CONSTRAINT "alert_template_texts_template_id_alert_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."alert_templates"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_templates" ADD CONSTRAINT "alert_templates_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_templates" ADD CONSTRAINT "alert_templates_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_batches" ADD CONSTRAINT "conversion_batches_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_batches" ADD CONSTRAINT "conversion_batches_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_day_rolls" ADD CONSTRAINT "conversion_day_rolls_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_days" ADD CONSTRAINT "conversion_days_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversion_days" ADD CONSTRAINT "conversion_days_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_alerts" ADD CONSTRAINT "held_alerts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_alerts" ADD CONSTRAINT "held_alerts_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "held_alerts" ADD CONSTRAINT "held_alerts_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_summaries" ADD CONSTRAINT "report_summaries_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_summaries" ADD CONSTRAINT "report_summaries_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_summaries" ADD CONSTRAINT "report_summaries_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_summaries" ADD CONSTRAINT "report_summaries_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_watches" ADD CONSTRAINT "report_watches_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_watches" ADD CONSTRAINT "report_watches_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_watches" ADD CONSTRAINT "report_watches_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_watches" ADD CONSTRAINT "report_watches_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_log_rows" ADD CONSTRAINT "tracker_log_rows_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_log_rows" ADD CONSTRAINT "tracker_log_rows_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_pull_runs" ADD CONSTRAINT "tracker_pull_runs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_pull_runs" ADD CONSTRAINT "tracker_pull_runs_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_pulls" ADD CONSTRAINT "tracker_pulls_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_pulls" ADD CONSTRAINT "tracker_pulls_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_counters_by_chat" ON "alert_counters" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "alert_mutes_by_workspace" ON "alert_mutes" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "alert_mutes_by_person" ON "alert_mutes" USING btree ("muted_by");--> statement-breakpoint
CREATE INDEX "alert_routes_by_workspace" ON "alert_routes" USING btree ("workspace_id","position","id");--> statement-breakpoint
CREATE INDEX "alert_routes_by_creator" ON "alert_routes" USING btree ("created_by");--> statement-breakpoint
CREATE UNIQUE INDEX "alert_templates_name_once" ON "alert_templates" USING btree ("workspace_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "alert_templates_one_default" ON "alert_templates" USING btree ("workspace_id") WHERE "alert_templates"."is_default";--> statement-breakpoint
CREATE INDEX "alert_templates_by_creator" ON "alert_templates" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "conversion_batches_by_workspace" ON "conversion_batches" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "conversion_batches_by_person" ON "conversion_batches" USING btree ("requested_by");--> statement-breakpoint
CREATE UNIQUE INDEX "conversion_batches_one_running" ON "conversion_batches" USING btree ("workspace_id") WHERE "conversion_batches"."state" = 'running';--> statement-breakpoint
CREATE INDEX "conversion_days_by_connection" ON "conversion_days" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "held_alerts_due" ON "held_alerts" USING btree ("due_at") WHERE "held_alerts"."state" = 'held';--> statement-breakpoint
CREATE INDEX "held_alerts_by_conversion" ON "held_alerts" USING btree ("workspace_id","conversion_id");--> statement-breakpoint
CREATE INDEX "held_alerts_by_connection" ON "held_alerts" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "held_alerts_by_chat" ON "held_alerts" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "report_summaries_by_workspace" ON "report_summaries" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "report_summaries_by_connection" ON "report_summaries" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "report_summaries_by_chat" ON "report_summaries" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "report_summaries_by_creator" ON "report_summaries" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "report_watches_by_workspace" ON "report_watches" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "report_watches_by_connection" ON "report_watches" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "report_watches_by_chat" ON "report_watches" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "report_watches_by_creator" ON "report_watches" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "tracker_log_rows_by_time" ON "tracker_log_rows" USING btree ("connection_id","happened_at");--> statement-breakpoint
CREATE INDEX "tracker_log_rows_by_conversion" ON "tracker_log_rows" USING btree ("conversion_id") WHERE "tracker_log_rows"."conversion_id" is not null;--> statement-breakpoint
CREATE INDEX "tracker_log_rows_by_workspace" ON "tracker_log_rows" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "tracker_pull_runs_by_connection" ON "tracker_pull_runs" USING btree ("connection_id","started_at");--> statement-breakpoint
CREATE INDEX "tracker_pull_runs_by_workspace" ON "tracker_pull_runs" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "tracker_pulls_by_workspace" ON "tracker_pulls" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "tracker_pulls_due" ON "tracker_pulls" USING btree ("next_run_at") WHERE "tracker_pulls"."is_on";--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD CONSTRAINT "tracker_connections_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversions_by_moment" ON "conversions" USING btree ("workspace_id",(coalesce("happened_at", "received_at")));--> statement-breakpoint
CREATE INDEX "tracker_connections_by_owner" ON "tracker_connections" USING btree ("created_by");--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD CONSTRAINT "tracker_connections_signing_whole" CHECK (("tracker_connections"."signing" is null) = ("tracker_connections"."signing_sealed" is null));--> statement-breakpoint
ALTER TABLE "tracker_connections" ADD CONSTRAINT "tracker_connections_kind_known" CHECK ("tracker_connections"."kind" in ('keitaro','binom','voluum','redtrack','bemob','generic'));