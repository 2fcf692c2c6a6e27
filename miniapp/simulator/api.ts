import type {
  ChatSummary,
  InviteAnswer,
  InvoiceCard,
  Language,
  LiveEvent,
  OpenAppInput,
  PanelCall,
  PanelFlow,
  PayAnswer,
  PostbackAnswer,
  PostbackCall,
  ShownMessage,
  SimulatorState,
} from "@sandbox/simulator/contracts.ts";

export type * from "@sandbox/simulator/contracts.ts";

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(
    `/simulator/api/${path}`,
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  const answer = (await response.json()) as Answer & { message?: string };
  if (!response.ok) throw new Error(answer.message ?? `HTTP ${response.status}`);
  return answer;
}

/** The simulator's server, by deed. A refusal rejects with its sentence. */
export const api = {
  state: (personId: number) => ask<SimulatorState>(`state?person=${personId}`),
  chats: (personId: number) => ask<ChatSummary[]>(`people/${personId}/chats`),
  messages: (personId: number, chatId: number) => ask<ShownMessage[]>(`people/${personId}/chats/${chatId}`),
  send: (personId: number, chatId: number, text: string, threadId?: number) =>
    ask(`people/${personId}/chats/${chatId}/messages`, { text, threadId }),
  press: (personId: number, chatId: number, messageId: number, data: string) =>
    ask(`people/${personId}/chats/${chatId}/press`, { messageId, data }),
  start: (personId: number, botId: number, payload?: string) =>
    ask(`people/${personId}/bots/${botId}/start`, { payload }),
  setBlocked: (personId: number, botId: number, isBlocked: boolean) =>
    ask(`people/${personId}/bots/${botId}/${isBlocked ? "block" : "unblock"}`, {}),
  makeManagedBot: (personId: number, botId: number) => ask(`people/${personId}/bots/${botId}/managed-bot`, {}),
  allowWriting: (personId: number, botId: number) => ask(`people/${personId}/bots/${botId}/write-access`, {}),
  openApp: (personId: number, botId: number, input: OpenAppInput) =>
    ask<{ url: string }>(`people/${personId}/bots/${botId}/app`, input),
  setLanguage: (personId: number, languageCode: Language) => ask(`people/${personId}/language`, { languageCode }),
  followInvite: (personId: number, link: string) => ask<InviteAnswer>(`people/${personId}/invite`, { link }),
  invoice: (slug: string) => ask<InvoiceCard>(`invoices/${encodeURIComponent(slug)}`),
  pay: (personId: number, slug: string) => ask<PayAnswer>(`people/${personId}/pay`, { slug }),
  firePostback: (call: PostbackCall) => ask<PostbackAnswer>("postback", call),
  panelFlows: () => ask<PanelFlow[]>("panel"),
  actInPanel: (call: PanelCall) => ask<PanelFlow>("panel", call),
  reset: () => ask("reset", {}),
  /** Calls back on every change that concerns the person; returns how to stop. */
  listen(personId: number, onEvent: (event: LiveEvent) => void): () => void {
    const source = new EventSource(`/simulator/api/people/${personId}/events`);
    // After a break anything may have happened meanwhile.
    source.onopen = () => onEvent({ kind: "chat", chatId: 0 });
    source.onmessage = (message) => onEvent(JSON.parse(message.data as string) as LiveEvent);
    return () => source.close();
  },
};
