import "@miniapp/shared/ui/tokens.css";
import "@miniapp/shared/ui/base.css";
import { createQueryClient } from "@miniapp/shared/query-client.ts";
import { createRoot } from "react-dom/client";
import { boot } from "./boot.ts";
import { OutsideTelegram, Root } from "./root.tsx";

if (import.meta.env.DEV) {
  const { pretendTelegram } = await import("./mock-env.ts");
  await pretendTelegram();
}

document.documentElement.dataset.booting = "";
const { isInTelegram, words } = await boot();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    isInTelegram ? <Root words={words} queries={createQueryClient()} /> : <OutsideTelegram words={words} />,
  );
