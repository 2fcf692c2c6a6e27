ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_of_bot";
--> statement-breakpoint
DROP INDEX "persons_search";--> statement-breakpoint
DROP INDEX "subscribers_search";--> statement-breakpoint
CREATE INDEX "persons_search" ON "persons" USING gin (array_to_tsvector(array_remove(string_to_array(replace(replace(replace(replace(left("search_text", 500), '@', ' '), '_', ' '), '-', ' '), '.', ' '), ' '), '')));--> statement-breakpoint
CREATE INDEX "subscribers_search" ON "subscribers" USING gin (array_to_tsvector(array_remove(string_to_array(replace(replace(replace(replace(left("search_text", 500), '@', ' '), '_', ' '), '-', ' '), '.', ' '), ' '), '')));
--> statement-breakpoint
-- In place of that key: the bot is looked up once for a statement that brings people, and not once for each of them. It is locked as a
-- key locks it, so a bot that goes meanwhile waits for them and takes them along.
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
