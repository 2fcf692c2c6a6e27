ALTER TABLE "bot_texts" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "bot_texts" ADD COLUMN "next_try_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "can_manage_bots" boolean DEFAULT false NOT NULL;