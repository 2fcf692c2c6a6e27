-- The pieces by which a search is looked up, as numbers: of every character, it and the two before it in its word. A text that begins
-- with a blank has the blank before each of its words too, and so the beginnings of words: " ol" gives " o" and " ol"; "olga", which may
-- stand anywhere, gives "olg" and "lga". Numbers, since the index then takes half as long for a row as with `audience_grams`, the
-- texts themselves; that two pieces may share a number finds nobody else, for what is found is compared with the words again.
CREATE FUNCTION audience_pieces(words text) RETURNS int[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
declare
  blank constant int := 32;
  -- Null where there is a blank. A number is shifted by eleven bits for each character, so that a third one pushes it out of its 32.
  chars text[] := string_to_array(words, null, ' ');
  pieces int[] := array[coalesce(ascii(chars[1]), blank)];
begin
  for place in 2 .. cardinality(chars) loop
    pieces[place] := coalesce((pieces[place - 1] << 11) # ascii(chars[place]), blank);
  end loop;
  return array_remove(case when chars[1] is null then pieces else pieces[3:] end, blank);
end
$$;--> statement-breakpoint
ALTER TABLE "chats" DROP CONSTRAINT "chats_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "chats" DROP CONSTRAINT "chats_bot_id_bots_id_fk";
--> statement-breakpoint
ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_bot_id_bots_id_fk";
--> statement-breakpoint
ALTER TABLE "subscribers" DROP CONSTRAINT "subscribers_chat_id_chats_id_fk";
--> statement-breakpoint
DROP INDEX "chats_by_person";--> statement-breakpoint
DROP INDEX "chats_by_adder";--> statement-breakpoint
DROP INDEX "subscribers_by_person";--> statement-breakpoint
DROP INDEX "subscribers_search";--> statement-breakpoint
ALTER TABLE "bots" ADD CONSTRAINT "bots_owner" UNIQUE("id","workspace_id");--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_owner" UNIQUE("id","bot_id","workspace_id");--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_of_bot" FOREIGN KEY ("bot_id","workspace_id") REFERENCES "public"."bots"("id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_of_chat" FOREIGN KEY ("chat_id","bot_id","workspace_id") REFERENCES "public"."chats"("id","bot_id","workspace_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chats_by_person" ON "chats" USING btree ("person_id") WHERE "chats"."person_id" is not null;--> statement-breakpoint
CREATE INDEX "chats_by_adder" ON "chats" USING btree ("added_by") WHERE "chats"."added_by" is not null;--> statement-breakpoint
CREATE INDEX "subscribers_by_person" ON "subscribers" USING btree ("person_id") WHERE "subscribers"."person_id" is not null;--> statement-breakpoint
CREATE INDEX "subscribers_search" ON "subscribers" USING gin (audience_pieces("search_text"));--> statement-breakpoint
DROP FUNCTION audience_grams(text);
