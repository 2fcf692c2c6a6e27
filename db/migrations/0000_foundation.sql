CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"key_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" uuid,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_key_hash" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"request_id" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bots" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"telegram_id" bigint NOT NULL,
	"username" text NOT NULL,
	"name" text NOT NULL,
	"token_sealed" text NOT NULL,
	"webhook_secret_sealed" text NOT NULL,
	"is_platform" boolean DEFAULT false NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"health" jsonb,
	"poll_offset" bigint DEFAULT 0 NOT NULL,
	"poller_id" text,
	"poller_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bots_telegram_id" UNIQUE("telegram_id"),
	CONSTRAINT "bots_state_known" CHECK ("bots"."state" in ('active','inactive','disconnected'))
);
--> statement-breakpoint
CREATE TABLE "chat_topics" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"chat_id" uuid NOT NULL,
	"thread_id" bigint NOT NULL,
	"name" text NOT NULL,
	"is_closed" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_topics_once_per_chat" UNIQUE("chat_id","thread_id")
);
--> statement-breakpoint
CREATE TABLE "chats" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"telegram_chat_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"username" text,
	"is_forum" boolean DEFAULT false NOT NULL,
	"person_id" uuid,
	"added_by" uuid,
	"state" text DEFAULT 'active' NOT NULL,
	"state_reason" text,
	"state_since" timestamp with time zone DEFAULT now() NOT NULL,
	"locale" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chats_once_per_bot" UNIQUE("bot_id","telegram_chat_id"),
	CONSTRAINT "chats_kind_known" CHECK ("chats"."kind" in ('private','group','supergroup','channel'))
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"bot_id" uuid NOT NULL,
	"chat_id" uuid NOT NULL,
	"thread_id" bigint,
	"rank" smallint NOT NULL,
	"content" jsonb NOT NULL,
	"fold" jsonb,
	"folded_into" bigint,
	"subject_kind" text,
	"subject_id" text,
	"dedupe_key" text,
	"state" text DEFAULT 'queued' NOT NULL,
	"not_before" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"fence" bigint,
	"telegram_message_id" bigint,
	"error_code" text,
	"error_text" text,
	"sending_at" timestamp with time zone,
	"done_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_dedupe" UNIQUE("workspace_id","dedupe_key"),
	CONSTRAINT "deliveries_state_known" CHECK ("deliveries"."state" in ('queued','sending','sent','failed','unknown','cancelled','folded')),
	CONSTRAINT "deliveries_rank_known" CHECK ("deliveries"."rank" between 0 and 3)
);
--> statement-breakpoint
CREATE TABLE "inbound_events" (
	"id" bigserial NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"source" text NOT NULL,
	"source_id" uuid,
	"external_id" text,
	"method" text NOT NULL,
	"path" text NOT NULL,
	"query" text DEFAULT '' NOT NULL,
	"headers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"body" "bytea",
	"body_bytes" integer DEFAULT 0 NOT NULL,
	"sender_address" text,
	"request_id" text,
	"status" text DEFAULT 'received' NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"outcome" jsonb,
	"error" text,
	"processed_at" timestamp with time zone,
	"replay_of" bigint,
	"is_test" boolean DEFAULT false NOT NULL,
	CONSTRAINT "inbound_events_pkey" PRIMARY KEY("received_at","id"),
	CONSTRAINT "inbound_events_status_known" CHECK ("inbound_events"."status" in ('received','handled','ignored','malformed','failed'))
) PARTITION BY RANGE ("received_at");
--> statement-breakpoint
CREATE TABLE "inbound_keys" (
	"source" text NOT NULL,
	"source_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbound_keys_pkey" PRIMARY KEY("source","source_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"for_telegram_id" bigint,
	"note" text,
	"created_by" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"used_by" uuid,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "invitations_token_hash" UNIQUE("token_hash"),
	CONSTRAINT "invitations_role_known" CHECK ("invitations"."role" in ('owner','admin','manager','media_buyer','finance','support'))
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"bot_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" text,
	"fence" bigint DEFAULT 0 NOT NULL,
	"heartbeat_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"paused_reason" text,
	"learned_per_second" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "members" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "members_once_per_person" UNIQUE("person_id"),
	CONSTRAINT "members_role_known" CHECK ("members"."role" in ('owner','admin','manager','media_buyer','finance','support'))
);
--> statement-breakpoint
CREATE TABLE "persons" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"telegram_id" bigint,
	"username" text,
	"first_name" text,
	"last_name" text,
	"locale" text,
	"telegram_locale" text,
	"time_zone" text,
	"email" text,
	"phone" text,
	"blocked_at" timestamp with time zone,
	"blocked_reason" text,
	"erased_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "persons_once_per_workspace" UNIQUE("workspace_id","telegram_id")
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"locale" text DEFAULT 'en' NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"is_first" boolean DEFAULT false NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bots" ADD CONSTRAINT "bots_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_topics" ADD CONSTRAINT "chat_topics_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_added_by_persons_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_persons_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_used_by_persons_id_fk" FOREIGN KEY ("used_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."persons"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "persons" ADD CONSTRAINT "persons_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_by_workspace" ON "api_keys" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "api_keys_by_creator" ON "api_keys" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "audit_entries_by_workspace" ON "audit_entries" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_subject" ON "audit_entries" USING btree ("workspace_id","subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "bots_by_workspace" ON "bots" USING btree ("workspace_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bots_one_platform" ON "bots" USING btree ("is_platform") WHERE "bots"."is_platform";--> statement-breakpoint
CREATE INDEX "chats_by_workspace" ON "chats" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "chats_by_person" ON "chats" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "chats_by_adder" ON "chats" USING btree ("added_by");--> statement-breakpoint
CREATE INDEX "deliveries_queue" ON "deliveries" USING btree ("bot_id","rank","id") WHERE "deliveries"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "deliveries_in_flight" ON "deliveries" USING btree ("bot_id") WHERE "deliveries"."state" = 'sending';--> statement-breakpoint
CREATE INDEX "deliveries_by_chat" ON "deliveries" USING btree ("chat_id","id");--> statement-breakpoint
CREATE INDEX "deliveries_by_subject" ON "deliveries" USING btree ("workspace_id","subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "deliveries_by_workspace" ON "deliveries" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "deliveries_unknown" ON "deliveries" USING btree ("workspace_id","id") WHERE "deliveries"."state" = 'unknown';--> statement-breakpoint
CREATE INDEX "inbound_events_by_workspace" ON "inbound_events" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "inbound_events_by_source" ON "inbound_events" USING btree ("source_id","id");--> statement-breakpoint
CREATE INDEX "inbound_events_waiting" ON "inbound_events" USING btree ("received_at") WHERE "inbound_events"."status" = 'received';--> statement-breakpoint
CREATE INDEX "inbound_events_dead" ON "inbound_events" USING btree ("workspace_id","id") WHERE "inbound_events"."status" = 'failed';--> statement-breakpoint
CREATE INDEX "inbound_keys_by_age" ON "inbound_keys" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "invitations_by_workspace" ON "invitations" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "invitations_by_creator" ON "invitations" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "invitations_by_user" ON "invitations" USING btree ("used_by");--> statement-breakpoint
CREATE INDEX "members_by_workspace" ON "members" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "persons_by_workspace" ON "persons" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "workspaces_one_first" ON "workspaces" USING btree ("is_first") WHERE "workspaces"."is_first";--> statement-breakpoint
-- The audit log is append-only for every role of the application. Retention may delete, in a transaction that says so.
CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('switchboard.retention', true) = 'on' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'audit_entries is append-only';
END $$;--> statement-breakpoint
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION audit_entries_append_only();
