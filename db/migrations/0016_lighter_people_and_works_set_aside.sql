CREATE TABLE "attention_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attention_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" uuid NOT NULL,
	"telegram_id" bigint NOT NULL,
	"queued_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stumbles" (
	"work" text NOT NULL,
	"subject" text NOT NULL,
	"tries" smallint DEFAULT 1 NOT NULL,
	"stumbled_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stumbles_once" PRIMARY KEY("work","subject")
);
--> statement-breakpoint
ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_once_per_chat";--> statement-breakpoint
ALTER TABLE "audience_changes" DROP CONSTRAINT "audience_changes_state_known";--> statement-breakpoint
ALTER TABLE "broadcast_changes" DROP CONSTRAINT "broadcast_changes_state_known";--> statement-breakpoint
ALTER TABLE "conversion_batches" DROP CONSTRAINT "conversion_batches_state_known";--> statement-breakpoint
ALTER TABLE "inbox_replays" DROP CONSTRAINT "inbox_replays_state_known";--> statement-breakpoint
DROP INDEX "persons_search";--> statement-breakpoint
DROP INDEX "subscribers_search";--> statement-breakpoint
ALTER TABLE "subscribers" ALTER COLUMN "chat_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "payer_telegram_id" bigint;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "waiting" jsonb;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "changed_by" uuid;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "requested_by" uuid;--> statement-breakpoint
ALTER TABLE "sequences" ADD COLUMN "requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "attention_messages" ADD CONSTRAINT "attention_messages_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attention_messages_of_human" ON "attention_messages" USING btree ("workspace_id","telegram_id","queued_at");--> statement-breakpoint
CREATE INDEX "stumbles_by_age" ON "stumbles" USING btree ("stumbled_at");--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_changed_by_persons_id_fk" FOREIGN KEY ("changed_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sequences" ADD CONSTRAINT "sequences_requested_by_persons_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."persons"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payments_by_payer" ON "payments" USING btree ("payer_telegram_id") WHERE "payments"."payer_telegram_id" is not null;--> statement-breakpoint
CREATE INDEX "sequences_by_changer" ON "sequences" USING btree ("changed_by");--> statement-breakpoint
CREATE INDEX "sequences_by_requester" ON "sequences" USING btree ("requested_by");--> statement-breakpoint
CREATE UNIQUE INDEX "subscribers_once_per_chat" ON "subscribers" USING btree ("chat_id") WHERE "subscribers"."chat_id" is not null;--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (array_to_tsvector(array_remove(string_to_array(replace(replace(replace(replace(left("search_text", 500), '@', ' '), '_', ' '), '-', ' '), '.', ' '), ' '), '')));--> statement-breakpoint
CREATE INDEX "subscribers_search" ON "subscribers" USING gin (array_to_tsvector(array_remove(string_to_array(replace(replace(replace(replace(left("search_text", 500), '@', ' '), '_', ' '), '-', ' '), '.', ' '), ' '), '')));--> statement-breakpoint
ALTER TABLE "audience_changes" ADD CONSTRAINT "audience_changes_state_known" CHECK ("audience_changes"."state" in ('running','done','failed'));--> statement-breakpoint
ALTER TABLE "broadcast_changes" ADD CONSTRAINT "broadcast_changes_state_known" CHECK ("broadcast_changes"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "conversion_batches" ADD CONSTRAINT "conversion_batches_state_known" CHECK ("conversion_batches"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "inbox_replays" ADD CONSTRAINT "inbox_replays_state_known" CHECK ("inbox_replays"."state" in ('running','done','stopped','failed'));--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_chat_known" CHECK ("subscribers"."chat_id" is not null or ("subscribers"."state" = 'unreachable' and "subscribers"."subscribed_at" is null));
--> statement-breakpoint
-- People are searched by the words of PostgreSQL's own tsvector now.
DROP FUNCTION audience_pieces(text);--> statement-breakpoint
-- In place of a foreign key: the bot is looked up once for a statement that brings people, and not once for each of them. It is locked
-- as a key locks it, so a bot that goes meanwhile waits for them and takes them along.
CREATE FUNCTION subscribers_have_a_bot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE their record;
BEGIN
  FOR their IN SELECT DISTINCT bot_id, workspace_id FROM added LOOP
    PERFORM 1 FROM bots WHERE id = their.bot_id AND workspace_id = their.workspace_id FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE foreign_key_violation USING MESSAGE = 'subscribers of a bot that their workspace does not have',
        TABLE = 'subscribers', CONSTRAINT = 'subscribers_of_bot';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscribers_have_a_bot AFTER INSERT ON "subscribers" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION subscribers_have_a_bot();--> statement-breakpoint
CREATE FUNCTION subscribers_stay_with_their_bot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE foreign_key_violation USING MESSAGE = 'subscribers stay with their bot, and it with its workspace',
    TABLE = 'subscribers', CONSTRAINT = 'subscribers_of_bot';
END $$;--> statement-breakpoint
CREATE TRIGGER subscribers_stay_with_their_bot BEFORE UPDATE OF "bot_id", "workspace_id" ON "subscribers" FOR EACH ROW
  WHEN (OLD.bot_id <> NEW.bot_id OR OLD.workspace_id <> NEW.workspace_id) EXECUTE FUNCTION subscribers_stay_with_their_bot();--> statement-breakpoint
CREATE FUNCTION subscribers_go_with_their_bot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM subscribers WHERE bot_id = OLD.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER subscribers_go_with_their_bot AFTER DELETE ON "bots" FOR EACH ROW EXECUTE FUNCTION subscribers_go_with_their_bot();
--> statement-breakpoint
CREATE TRIGGER bots_stay_with_their_workspace BEFORE UPDATE OF "id", "workspace_id" ON "bots" FOR EACH ROW
  WHEN (OLD.id <> NEW.id OR OLD.workspace_id <> NEW.workspace_id) EXECUTE FUNCTION subscribers_stay_with_their_bot();
