CREATE TABLE "campaign_postbacks" (
	"campaign_id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"state" text NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaign_postbacks_state_known" CHECK ("campaign_postbacks"."state" in ('installed','missing','removed'))
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"ref" text NOT NULL,
	"name" text NOT NULL,
	"alias" text,
	"state" text NOT NULL,
	"type" text,
	"group_ref" text,
	"source_ref" text,
	"binds_visitors" text,
	"position" integer,
	"changed_text" text,
	"flows_read_at" timestamp with time zone,
	"read_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaigns_once_per_connection" UNIQUE("connection_id","ref")
);
--> statement-breakpoint
CREATE TABLE "favourite_campaigns" (
	"person_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "favourite_campaigns_once" PRIMARY KEY("person_id","campaign_id")
);
--> statement-breakpoint
CREATE TABLE "flow_drafts" (
	"flow_id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"base" jsonb NOT NULL,
	"history" jsonb NOT NULL,
	"cursor" integer DEFAULT 0 NOT NULL,
	"changed_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flow_drafts_cursor_inside" CHECK ("flow_drafts"."cursor" >= 0 and "flow_drafts"."cursor" < jsonb_array_length("flow_drafts"."history"))
);
--> statement-breakpoint
CREATE TABLE "flow_pushes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"flow_id" uuid NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"undoes" uuid,
	"base" jsonb NOT NULL,
	"target" jsonb NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"written_at" timestamp with time zone,
	"problem" text,
	"requested_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"seen_at" timestamp with time zone,
	CONSTRAINT "flow_pushes_state_known" CHECK ("flow_pushes"."state" in ('waiting','writing','done','conflict','failed'))
);
--> statement-breakpoint
CREATE TABLE "flows" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"ref" text NOT NULL,
	"name" text NOT NULL,
	"type" text,
	"state" text NOT NULL,
	"schema" text NOT NULL,
	"position" integer,
	"weight" integer,
	"filters" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"offers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"landings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"pins" jsonb DEFAULT '{"offers":[],"landings":[]}'::jsonb NOT NULL,
	"drift_from" jsonb,
	"drift_since" timestamp with time zone,
	"draft_version" integer DEFAULT 0 NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "flows_once_per_campaign" UNIQUE("campaign_id","ref"),
	CONSTRAINT "flows_drift_whole" CHECK (("flows"."drift_from" is null) = ("flows"."drift_since" is null))
);
--> statement-breakpoint
CREATE TABLE "tracker_mirrors" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"every_minutes" integer DEFAULT 60 NOT NULL,
	"next_run_at" timestamp with time zone DEFAULT now() NOT NULL,
	"running_until" timestamp with time zone,
	"started_at" timestamp with time zone,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer,
	"last_ok_at" timestamp with time zone,
	"problem" text,
	"problem_since" timestamp with time zone,
	"failures" smallint DEFAULT 0 NOT NULL,
	"report_dialect" text,
	"time_zone" text,
	"tells_drift" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tracker_mirrors_every_sane" CHECK ("tracker_mirrors"."every_minutes" between 5 and 10080)
);
--> statement-breakpoint
CREATE TABLE "tracker_reports" (
	"connection_id" uuid NOT NULL,
	"question_key" text NOT NULL,
	"workspace_id" uuid NOT NULL,
	"answer" jsonb NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tracker_reports_once" PRIMARY KEY("connection_id","question_key")
);
--> statement-breakpoint
CREATE TABLE "tracker_things" (
	"connection_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"ref" text NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"group_ref" text,
	"network_ref" text,
	"countries" text[] DEFAULT '{}'::text[] NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone,
	CONSTRAINT "tracker_things_once" PRIMARY KEY("connection_id","kind","ref"),
	CONSTRAINT "tracker_things_kind_known" CHECK ("tracker_things"."kind" in ('offer','landing','source','network','group','offer_group'))
);
--> statement-breakpoint
ALTER TABLE "campaign_postbacks" ADD CONSTRAINT "campaign_postbacks_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_postbacks" ADD CONSTRAINT "campaign_postbacks_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourite_campaigns" ADD CONSTRAINT "favourite_campaigns_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourite_campaigns" ADD CONSTRAINT "favourite_campaigns_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_drafts" ADD CONSTRAINT "flow_drafts_flow_id_flows_id_fk" FOREIGN KEY ("flow_id") REFERENCES "public"."flows"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_drafts" ADD CONSTRAINT "flow_drafts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_drafts" ADD CONSTRAINT "flow_drafts_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_pushes" ADD CONSTRAINT "flow_pushes_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_pushes" ADD CONSTRAINT "flow_pushes_flow_id_flows_id_fk" FOREIGN KEY ("flow_id") REFERENCES "public"."flows"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flow_pushes" ADD CONSTRAINT "flow_pushes_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flows" ADD CONSTRAINT "flows_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "flows" ADD CONSTRAINT "flows_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_mirrors" ADD CONSTRAINT "tracker_mirrors_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_mirrors" ADD CONSTRAINT "tracker_mirrors_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_reports" ADD CONSTRAINT "tracker_reports_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_reports" ADD CONSTRAINT "tracker_reports_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_things" ADD CONSTRAINT "tracker_things_connection_id_tracker_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."tracker_connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tracker_things" ADD CONSTRAINT "tracker_things_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_postbacks_by_workspace" ON "campaign_postbacks" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "campaign_postbacks_watched" ON "campaign_postbacks" USING btree ("checked_at") WHERE "campaign_postbacks"."state" <> 'removed';--> statement-breakpoint
CREATE INDEX "campaigns_by_name" ON "campaigns" USING btree ("workspace_id",lower("name"),"id");--> statement-breakpoint
CREATE INDEX "favourite_campaigns_by_campaign" ON "favourite_campaigns" USING btree ("campaign_id");--> statement-breakpoint
CREATE INDEX "flow_drafts_by_workspace" ON "flow_drafts" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "flow_drafts_by_changer" ON "flow_drafts" USING btree ("changed_by");--> statement-breakpoint
CREATE INDEX "flow_pushes_old" ON "flow_pushes" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "flow_pushes_by_flow" ON "flow_pushes" USING btree ("flow_id","created_at");--> statement-breakpoint
CREATE INDEX "flow_pushes_by_workspace" ON "flow_pushes" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "flow_pushes_by_requester" ON "flow_pushes" USING btree ("requested_by");--> statement-breakpoint
CREATE UNIQUE INDEX "flow_pushes_one_open" ON "flow_pushes" USING btree ("flow_id") WHERE "flow_pushes"."state" in ('waiting','writing');--> statement-breakpoint
CREATE INDEX "flows_by_workspace" ON "flows" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "flows_drifted" ON "flows" USING btree ("workspace_id") WHERE "flows"."drift_since" is not null;--> statement-breakpoint
CREATE INDEX "flows_by_offer" ON "flows" USING gin ("offers" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "tracker_mirrors_by_workspace" ON "tracker_mirrors" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "tracker_mirrors_due" ON "tracker_mirrors" USING btree ("next_run_at") WHERE "tracker_mirrors"."is_on";--> statement-breakpoint
CREATE INDEX "tracker_reports_by_workspace" ON "tracker_reports" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "tracker_reports_old" ON "tracker_reports" USING btree ("read_at");--> statement-breakpoint
CREATE INDEX "tracker_things_by_workspace" ON "tracker_things" USING btree ("workspace_id");