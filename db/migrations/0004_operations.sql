CREATE TABLE "alert_states" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"rule" text NOT NULL,
	"subject" text NOT NULL,
	"workspace_id" uuid,
	"phase" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"is_told" boolean DEFAULT false NOT NULL,
	"told_at" timestamp with time zone,
	"cleared_at" timestamp with time zone,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alert_states_once" UNIQUE("rule","subject"),
	CONSTRAINT "alert_states_phase_known" CHECK ("alert_states"."phase" in ('pending','firing','clear'))
);
--> statement-breakpoint
CREATE TABLE "inbox_replays" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"filter" jsonb NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"first_id" bigint NOT NULL,
	"checkpoint_id" bigint NOT NULL,
	"ceiling_id" bigint NOT NULL,
	"stored" integer DEFAULT 0 NOT NULL,
	"requested_by" uuid,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_replays_state_known" CHECK ("inbox_replays"."state" in ('running','done','stopped'))
);
--> statement-breakpoint
CREATE TABLE "processes" (
	"id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"roles" text[] NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"errors_per_minute" integer DEFAULT 0 NOT NULL,
	"disk_free_bytes" bigint,
	"database_ms" integer DEFAULT 0 NOT NULL,
	"memory_bytes" bigint DEFAULT 0 NOT NULL,
	"away_from" timestamp with time zone,
	"away_until" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "alert_states" ADD CONSTRAINT "alert_states_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_replays" ADD CONSTRAINT "inbox_replays_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbox_replays" ADD CONSTRAINT "inbox_replays_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_states_by_workspace" ON "alert_states" USING btree ("workspace_id","phase");--> statement-breakpoint
CREATE INDEX "inbox_replays_by_workspace" ON "inbox_replays" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_replays_one_running" ON "inbox_replays" USING btree ("workspace_id") WHERE "inbox_replays"."state" = 'running';--> statement-breakpoint
CREATE INDEX "inbox_replays_by_requester" ON "inbox_replays" USING btree ("requested_by");--> statement-breakpoint
CREATE INDEX "processes_by_age" ON "processes" USING btree ("seen_at");--> statement-breakpoint
CREATE INDEX "inbound_events_odd" ON "inbound_events" USING btree ("workspace_id","status","id") WHERE "inbound_events"."status" in ('ignored', 'malformed');--> statement-breakpoint
CREATE INDEX "inbound_events_replays" ON "inbound_events" USING btree ("replay_of") WHERE "inbound_events"."replay_of" is not null;