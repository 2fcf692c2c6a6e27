CREATE TABLE "broadcast_changes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"broadcast_id" uuid NOT NULL,
	"act" text NOT NULL,
	"variants" smallint[] NOT NULL,
	"letter" jsonb,
	"state" text DEFAULT 'running' NOT NULL,
	"checkpoint" bigint DEFAULT 0 NOT NULL,
	"ceiling" bigint NOT NULL,
	"total" integer NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"open" bigint[] DEFAULT '{}'::bigint[] NOT NULL,
	"requested_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "broadcast_changes_act_known" CHECK ("broadcast_changes"."act" in ('edit','delete')),
	CONSTRAINT "broadcast_changes_state_known" CHECK ("broadcast_changes"."state" in ('running','done','stopped'))
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "album_message_ids" bigint[];--> statement-breakpoint
ALTER TABLE "broadcast_changes" ADD CONSTRAINT "broadcast_changes_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_changes" ADD CONSTRAINT "broadcast_changes_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_changes" ADD CONSTRAINT "broadcast_changes_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "broadcast_changes_by_broadcast" ON "broadcast_changes" USING btree ("broadcast_id","created_at");--> statement-breakpoint
CREATE INDEX "broadcast_changes_by_workspace" ON "broadcast_changes" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "broadcast_changes_by_requester" ON "broadcast_changes" USING btree ("requested_by");--> statement-breakpoint
CREATE UNIQUE INDEX "broadcast_changes_one_running" ON "broadcast_changes" USING btree ("broadcast_id") WHERE "broadcast_changes"."state" = 'running';