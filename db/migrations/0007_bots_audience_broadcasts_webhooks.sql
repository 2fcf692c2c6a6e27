CREATE TABLE "audience_categories" (
	"id" serial PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"names" jsonb NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"archived_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audience_fields" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"choices" text[] DEFAULT '{}'::text[] NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audience_fields_once" UNIQUE("workspace_id","key"),
	CONSTRAINT "audience_fields_kind_known" CHECK ("audience_fields"."kind" in ('text','number','date','boolean','choice'))
);
--> statement-breakpoint
CREATE TABLE "audience_imports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"upload_id" uuid,
	"file_name" text NOT NULL,
	"state" text DEFAULT 'mapping' NOT NULL,
	"reading" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"mapping" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"tags" integer[] DEFAULT '{}'::int[] NOT NULL,
	"consent" text,
	"total" integer,
	"done" integer DEFAULT 0 NOT NULL,
	"added" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"refused" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"created_by" uuid,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audience_imports_state_known" CHECK ("audience_imports"."state" in ('mapping','running','done','cancelled','failed'))
);
--> statement-breakpoint
CREATE TABLE "audience_tags" (
	"id" serial PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bot_texts" (
	"bot_id" uuid NOT NULL,
	"language" text NOT NULL,
	"name" text,
	"description" text,
	"short_description" text,
	"menu_button" text,
	"commands" jsonb,
	"welcome" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bot_texts_once" PRIMARY KEY("bot_id","language")
);
--> statement-breakpoint
CREATE TABLE "broadcast_bots" (
	"broadcast_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"checkpoint" bigint DEFAULT 0 NOT NULL,
	"ceiling" bigint NOT NULL,
	"is_walked" boolean DEFAULT false NOT NULL,
	CONSTRAINT "broadcast_bots_once" PRIMARY KEY("broadcast_id","bot_id")
);
--> statement-breakpoint
CREATE TABLE "broadcast_clicks" (
	"recipient_id" bigint NOT NULL,
	"number" smallint NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "broadcast_clicks_once" PRIMARY KEY("recipient_id","number")
);
--> statement-breakpoint
CREATE TABLE "broadcast_conversions" (
	"conversion_id" bigint PRIMARY KEY NOT NULL,
	"recipient_id" bigint NOT NULL,
	"broadcast_id" uuid NOT NULL,
	"status" text NOT NULL,
	"amount" text,
	"currency" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "broadcast_links" (
	"broadcast_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"url" text NOT NULL,
	"clicks" integer DEFAULT 0 NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "broadcast_links_once" PRIMARY KEY("broadcast_id","number")
);
--> statement-breakpoint
CREATE TABLE "broadcast_recipients" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "broadcast_recipients_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"broadcast_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"subscriber_id" bigint,
	"telegram_id" bigint,
	"variant" smallint DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"due_at" timestamp with time zone,
	"delivery_id" bigint,
	"queued_at" timestamp with time zone,
	"done_at" timestamp with time zone,
	"clicks" smallint DEFAULT 0 NOT NULL,
	"clicked_at" timestamp with time zone,
	"replied_at" timestamp with time zone,
	"opted_out_at" timestamp with time zone,
	"converted_at" timestamp with time zone,
	CONSTRAINT "broadcast_recipients_once" UNIQUE("broadcast_id","chat_id"),
	CONSTRAINT "broadcast_recipients_state_known" CHECK ("broadcast_recipients"."state" in ('planned','queued','sent','failed','unknown','skipped','cancelled'))
);
--> statement-breakpoint
CREATE TABLE "broadcast_settings" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"needs_four_eyes" boolean DEFAULT false NOT NULL,
	"quiet_hours" jsonb,
	"attention" jsonb,
	"self_stop" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "broadcasts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"kind" text DEFAULT 'once' NOT NULL,
	"parent_id" uuid,
	"name" text NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"state_reason" text,
	"bot_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"chat_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"segment_id" uuid,
	"condition" jsonb,
	"category_id" integer,
	"variants" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"schedule" jsonb DEFAULT '{"kind":"now"}'::jsonb NOT NULL,
	"experiment" jsonb,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"run_at" timestamp with time zone,
	"created_by" uuid,
	"requested_by" uuid,
	"requested_at" timestamp with time zone,
	"launched_by" uuid,
	"launched_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"seed" bigint DEFAULT 0 NOT NULL,
	"phase" smallint DEFAULT 1 NOT NULL,
	"winner" text,
	"decided_at" timestamp with time zone,
	"total" integer DEFAULT 0 NOT NULL,
	"planned" integer DEFAULT 0 NOT NULL,
	"queued" integer DEFAULT 0 NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"unknown" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"cancelled" integer DEFAULT 0 NOT NULL,
	"blocked" integer DEFAULT 0 NOT NULL,
	"opted_out" integer DEFAULT 0 NOT NULL,
	"clicked" integer DEFAULT 0 NOT NULL,
	"replied" integer DEFAULT 0 NOT NULL,
	"converted" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "broadcasts_kind_known" CHECK ("broadcasts"."kind" in ('once','recurring','run')),
	CONSTRAINT "broadcasts_state_known" CHECK ("broadcasts"."state" in ('draft','scheduled','sending','paused','sent','cancelled','failed'))
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"workspace_id" uuid NOT NULL,
	"caller_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"answer_sealed" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_once" PRIMARY KEY("workspace_id","caller_id","key")
);
--> statement-breakpoint
CREATE TABLE "import_refusals" (
	"import_id" uuid NOT NULL,
	"line" bigint NOT NULL,
	"reason" text NOT NULL,
	"cells" jsonb NOT NULL,
	CONSTRAINT "import_refusals_once" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "message_templates" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"letter" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "opt_outs" (
	"workspace_id" uuid NOT NULL,
	"telegram_id" bigint NOT NULL,
	"category_id" integer DEFAULT 0 NOT NULL,
	"via" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "opt_outs_once" PRIMARY KEY("workspace_id","telegram_id","category_id"),
	CONSTRAINT "opt_outs_via_known" CHECK ("opt_outs"."via" in ('command','screen','message','member','import'))
);
--> statement-breakpoint
CREATE TABLE "segments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"condition" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sequence_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sequence_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"sequence_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"subscriber_id" bigint NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"reason" text,
	"position" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone,
	"entered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "sequence_runs_state_known" CHECK ("sequence_runs"."state" in ('active','finished','stopped'))
);
--> statement-breakpoint
CREATE TABLE "sequence_steps" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sequence_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"delay_minutes" integer DEFAULT 0 NOT NULL,
	"at_clock" text,
	"condition" jsonb,
	"letter" jsonb NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sequence_steps_order" UNIQUE("sequence_id","position")
);
--> statement-breakpoint
CREATE TABLE "sequences" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"bot_ids" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"trigger" jsonb NOT NULL,
	"stops" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"category_id" integer,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"is_repeatable" boolean DEFAULT false NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sequences_state_known" CHECK ("sequences"."state" in ('draft','active','paused'))
);
--> statement-breakpoint
CREATE TABLE "subscribers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "subscribers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"person_id" uuid,
	"telegram_id" bigint NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"first_name" text,
	"last_name" text,
	"username" text,
	"language" text,
	"time_zone" text,
	"origin" text NOT NULL,
	"source" text,
	"subscribed_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"lost_at" timestamp with time zone,
	"tags" integer[] DEFAULT '{}'::int[] NOT NULL,
	"fields" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"note" text,
	"is_opted_out" boolean DEFAULT false NOT NULL,
	"opted_out_of" integer[] DEFAULT '{}'::int[] NOT NULL,
	"clicks" integer DEFAULT 0 NOT NULL,
	"last_click_at" timestamp with time zone,
	"conversions" integer DEFAULT 0 NOT NULL,
	"last_conversion_at" timestamp with time zone,
	"orders" integer DEFAULT 0 NOT NULL,
	"last_order_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "subscribers_once_per_bot" UNIQUE("bot_id","telegram_id"),
	CONSTRAINT "subscribers_once_per_chat" UNIQUE("chat_id"),
	CONSTRAINT "subscribers_state_known" CHECK ("subscribers"."state" in ('active','blocked','deactivated','unreachable')),
	CONSTRAINT "subscribers_origin_known" CHECK ("subscribers"."origin" in ('start','import','other'))
);
--> statement-breakpoint
CREATE TABLE "telegram_files" (
	"upload_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"file_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "telegram_files_once" PRIMARY KEY("upload_id","bot_id","kind")
);
--> statement-breakpoint
CREATE TABLE "upload_parts" (
	"upload_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "upload_parts_once" PRIMARY KEY("upload_id","number")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"name" text NOT NULL,
	"size" bigint NOT NULL,
	"received" bigint DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'receiving' NOT NULL,
	"content_type" text,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "uploads_purpose_known" CHECK ("uploads"."purpose" in ('media','import')),
	CONSTRAINT "uploads_state_known" CHECK ("uploads"."state" in ('receiving','ready'))
);
--> statement-breakpoint
CREATE TABLE "webhook_attempts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_attempts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"call_id" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"took_ms" integer NOT NULL,
	"status" smallint,
	"problem" text,
	"answer" text
);
--> statement-breakpoint
CREATE TABLE "webhook_calls" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"endpoint_id" uuid NOT NULL,
	"workspace_id" uuid NOT NULL,
	"message_id" text NOT NULL,
	"event" text NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "webhook_calls_state_known" CHECK ("webhook_calls"."state" in ('waiting','delivered','failed'))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"secret_sealed" text NOT NULL,
	"previous_secret_sealed" text,
	"previous_until" timestamp with time zone,
	"events" text[] NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"failing_since" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "webhook_endpoints_state_known" CHECK ("webhook_endpoints"."state" in ('active','inactive','disabled'))
);
--> statement-breakpoint
ALTER TABLE "bots" DROP CONSTRAINT "bots_telegram_id";--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "managed_by" uuid;--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "released_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "act" text DEFAULT 'send' NOT NULL;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "target_message_id" bigint;--> statement-breakpoint
ALTER TABLE "audience_categories" ADD CONSTRAINT "audience_categories_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_fields" ADD CONSTRAINT "audience_fields_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_imports" ADD CONSTRAINT "audience_imports_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_imports" ADD CONSTRAINT "audience_imports_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_imports" ADD CONSTRAINT "audience_imports_upload_id_uploads_id_fk" FOREIGN KEY ("upload_id") REFERENCES "public"."uploads"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_imports" ADD CONSTRAINT "audience_imports_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audience_tags" ADD CONSTRAINT "audience_tags_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bot_texts" ADD CONSTRAINT "bot_texts_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD CONSTRAINT "broadcast_bots_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_bots" ADD CONSTRAINT "broadcast_bots_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_clicks" ADD CONSTRAINT "broadcast_clicks_recipient_id_broadcast_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."broadcast_recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_conversions" ADD CONSTRAINT "broadcast_conversions_recipient_id_broadcast_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."broadcast_recipients"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_conversions" ADD CONSTRAINT "broadcast_conversions_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_links" ADD CONSTRAINT "broadcast_links_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_recipients" ADD CONSTRAINT "broadcast_recipients_broadcast_id_broadcasts_id_fk" FOREIGN KEY ("broadcast_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_recipients" ADD CONSTRAINT "broadcast_recipients_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_recipients" ADD CONSTRAINT "broadcast_recipients_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_recipients" ADD CONSTRAINT "broadcast_recipients_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcast_settings" ADD CONSTRAINT "broadcast_settings_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_parent_id_broadcasts_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."broadcasts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_segment_id_segments_id_fk" FOREIGN KEY ("segment_id") REFERENCES "public"."segments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_category_id_audience_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."audience_categories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "broadcasts" ADD CONSTRAINT "broadcasts_launched_by_persons_id_fk" FOREIGN KEY ("launched_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_refusals" ADD CONSTRAINT "import_refusals_import_id_audience_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."audience_imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_templates" ADD CONSTRAINT "message_templates_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_templates" ADD CONSTRAINT "message_templates_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "opt_outs" ADD CONSTRAINT "opt_outs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segments" ADD CONSTRAINT "segments_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segments" ADD CONSTRAINT "segments_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_runs" ADD CONSTRAINT "sequence_runs_sequence_id_sequences_id_fk" FOREIGN KEY ("sequence_id") REFERENCES "public"."sequences"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_runs" ADD CONSTRAINT "sequence_runs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequence_steps" ADD CONSTRAINT "sequence_steps_sequence_id_sequences_id_fk" FOREIGN KEY ("sequence_id") REFERENCES "public"."sequences"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_category_id_audience_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."audience_categories"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "telegram_files" ADD CONSTRAINT "telegram_files_upload_id_uploads_id_fk" FOREIGN KEY ("upload_id") REFERENCES "public"."uploads"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "telegram_files" ADD CONSTRAINT "telegram_files_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upload_parts" ADD CONSTRAINT "upload_parts_upload_id_uploads_id_fk" FOREIGN KEY ("upload_id") REFERENCES "public"."uploads"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_call_id_webhook_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."webhook_calls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_calls" ADD CONSTRAINT "webhook_calls_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_calls" ADD CONSTRAINT "webhook_calls_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audience_categories_by_workspace" ON "audience_categories" USING btree ("workspace_id","position","id");--> statement-breakpoint
CREATE INDEX "audience_imports_by_workspace" ON "audience_imports" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "audience_imports_by_bot" ON "audience_imports" USING btree ("bot_id");--> statement-breakpoint
CREATE INDEX "audience_imports_by_upload" ON "audience_imports" USING btree ("upload_id");--> statement-breakpoint
CREATE INDEX "audience_imports_by_creator" ON "audience_imports" USING btree ("created_by");--> statement-breakpoint
CREATE UNIQUE INDEX "audience_tags_once" ON "audience_tags" USING btree ("workspace_id",lower("name"));--> statement-breakpoint
CREATE INDEX "broadcast_bots_by_bot" ON "broadcast_bots" USING btree ("bot_id");--> statement-breakpoint
CREATE INDEX "broadcast_conversions_by_broadcast" ON "broadcast_conversions" USING btree ("broadcast_id");--> statement-breakpoint
CREATE INDEX "broadcast_conversions_by_recipient" ON "broadcast_conversions" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "broadcast_recipients_by_broadcast" ON "broadcast_recipients" USING btree ("broadcast_id","state","id");--> statement-breakpoint
CREATE INDEX "broadcast_recipients_due" ON "broadcast_recipients" USING btree ("broadcast_id","bot_id","due_at") WHERE "broadcast_recipients"."state" = 'planned';--> statement-breakpoint
CREATE INDEX "broadcast_recipients_open" ON "broadcast_recipients" USING btree ("broadcast_id","bot_id") WHERE "broadcast_recipients"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "broadcast_recipients_unknown" ON "broadcast_recipients" USING btree ("broadcast_id") WHERE "broadcast_recipients"."state" = 'unknown';--> statement-breakpoint
CREATE INDEX "broadcast_recipients_of_human" ON "broadcast_recipients" USING btree ("workspace_id","telegram_id","queued_at");--> statement-breakpoint
CREATE INDEX "broadcast_recipients_by_chat" ON "broadcast_recipients" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "broadcast_recipients_by_bot" ON "broadcast_recipients" USING btree ("bot_id");--> statement-breakpoint
CREATE INDEX "broadcasts_by_workspace" ON "broadcasts" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "broadcasts_due" ON "broadcasts" USING btree ("run_at") WHERE "broadcasts"."state" = 'scheduled';--> statement-breakpoint
CREATE INDEX "broadcasts_active" ON "broadcasts" USING btree ("state") WHERE "broadcasts"."state" in ('sending','paused');--> statement-breakpoint
CREATE INDEX "broadcasts_by_parent" ON "broadcasts" USING btree ("parent_id") WHERE "broadcasts"."parent_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "broadcasts_one_run" ON "broadcasts" USING btree ("parent_id","run_at") WHERE "broadcasts"."kind" = 'run';--> statement-breakpoint
CREATE INDEX "broadcasts_by_segment" ON "broadcasts" USING btree ("segment_id");--> statement-breakpoint
CREATE INDEX "broadcasts_by_category" ON "broadcasts" USING btree ("category_id");--> statement-breakpoint
CREATE INDEX "broadcasts_by_creator" ON "broadcasts" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "broadcasts_by_requester" ON "broadcasts" USING btree ("requested_by");--> statement-breakpoint
CREATE INDEX "broadcasts_by_launcher" ON "broadcasts" USING btree ("launched_by");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "message_templates_once" ON "message_templates" USING btree ("workspace_id",lower("name"));--> statement-breakpoint
CREATE INDEX "message_templates_by_creator" ON "message_templates" USING btree ("created_by");--> statement-breakpoint
CREATE UNIQUE INDEX "segments_once" ON "segments" USING btree ("workspace_id",lower("name"));--> statement-breakpoint
CREATE INDEX "segments_by_creator" ON "segments" USING btree ("created_by");--> statement-breakpoint
CREATE UNIQUE INDEX "sequence_runs_one_active" ON "sequence_runs" USING btree ("sequence_id","subscriber_id") WHERE "sequence_runs"."state" = 'active';--> statement-breakpoint
CREATE INDEX "sequence_runs_due" ON "sequence_runs" USING btree ("next_at") WHERE "sequence_runs"."state" = 'active';--> statement-breakpoint
CREATE INDEX "sequence_runs_by_subscriber" ON "sequence_runs" USING btree ("subscriber_id");--> statement-breakpoint
CREATE INDEX "sequence_runs_by_sequence" ON "sequence_runs" USING btree ("sequence_id","id");--> statement-breakpoint
CREATE INDEX "sequence_runs_by_workspace" ON "sequence_runs" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "sequences_by_workspace" ON "sequences" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "sequences_by_category" ON "sequences" USING btree ("category_id");--> statement-breakpoint
CREATE INDEX "sequences_by_creator" ON "sequences" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "subscribers_walk" ON "subscribers" USING btree ("bot_id","id");--> statement-breakpoint
CREATE INDEX "subscribers_by_workspace" ON "subscribers" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "subscribers_by_person" ON "subscribers" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "subscribers_by_telegram_id" ON "subscribers" USING btree ("workspace_id","telegram_id");--> statement-breakpoint
CREATE INDEX "subscribers_by_tag" ON "subscribers" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "telegram_files_by_bot" ON "telegram_files" USING btree ("bot_id");--> statement-breakpoint
CREATE INDEX "uploads_by_workspace" ON "uploads" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "uploads_by_creator" ON "uploads" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "uploads_expiring" ON "uploads" USING btree ("expires_at") WHERE "uploads"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_attempts_by_call" ON "webhook_attempts" USING btree ("call_id","id");--> statement-breakpoint
CREATE INDEX "webhook_calls_by_endpoint" ON "webhook_calls" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "webhook_calls_by_workspace" ON "webhook_calls" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "webhook_calls_waiting" ON "webhook_calls" USING btree ("next_at") WHERE "webhook_calls"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "webhook_endpoints_by_workspace" ON "webhook_endpoints" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_by_creator" ON "webhook_endpoints" USING btree ("created_by");--> statement-breakpoint
CREATE UNIQUE INDEX "bots_telegram_id" ON "bots" USING btree ("telegram_id") WHERE "bots"."released_at" is null;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_act_known" CHECK ("deliveries"."act" in ('send','edit','delete'));