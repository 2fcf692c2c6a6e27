-- The pieces by which a search is looked up, as numbers: of every character, it and the two before it in its word. A text that begins
-- with a blank has the blank before each of its words too, and so the beginnings of words: " ol" gives " o" and " ol"; "olga", which may
-- stand anywhere, gives "olg" and "lga". Numbers, since the index then takes half as long for a row as with `audience_grams`, the
-- texts themselves; that two pieces may share a number finds nobody else, for what is found is compared with the words again.
CREATE FUNCTION audience_pieces(words text) RETURNS int[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
declare
  blank constant int := 32;
  chars text[] := string_to_array(words, null);
  pieces int[] := '{}';
  piece int := 0;
begin
  for place in 1 .. cardinality(chars) loop
    -- Ten bits for each character, three of them: what is older is pushed out.
    piece := case chars[place] when ' ' then blank else ((piece << 10) # ascii(chars[place])) & 1073741823 end;
    pieces[place] := piece;
  end loop;
  return case when chars[1] = ' ' then array_remove(pieces, blank) else pieces[3:] end;
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
