import { useCallback, useEffect, useRef, useState } from "react";
import { api, type ChatSummary, type ShownMessage, type SimulatorState } from "./api.ts";

const GATHER_MS = 40;
const ADDRESS_CHECK_MS = 5000;

interface WorldView {
  state: SimulatorState | null;
  chats: ChatSummary[];
  messages: ShownMessage[];
  /** Messages that arrived in chats that are not open, by chat. */
  unread: ReadonlyMap<number, number>;
  markRead: (chatId: number) => void;
  refreshState: () => void;
}

/** What the person sees, kept fresh by the live stream; bursts of changes are fetched once. */
export function useWorld(
  personId: number,
  chatId: number | null,
  onAnswer: (text: string, showAlert: boolean) => void,
): WorldView {
  const [state, setState] = useState<SimulatorState | null>(null);
  const [chats, setChats] = useState<ChatSummary[]>([]);
  const [messages, setMessages] = useState<ShownMessage[]>([]);
  const [unread, setUnread] = useState<ReadonlyMap<number, number>>(new Map());
  const openChat = useRef(chatId);
  openChat.current = chatId;

  const refreshState = useCallback(() => {
    api.state(personId).then(setState, () => {});
  }, [personId]);
  const refreshChats = useCallback(() => {
    if (personId !== 0) api.chats(personId).then(setChats, () => setChats([]));
  }, [personId]);
  const refreshMessages = useCallback(() => {
    const wanted = openChat.current;
    if (wanted === null || personId === 0) return;
    api.messages(personId, wanted).then(
      (list) => openChat.current === wanted && setMessages(list),
      () => setMessages([]),
    );
  }, [personId]);

  useEffect(() => {
    refreshState();
    // The postback address appears when a connection is made in the app, which the stand-in does not hear of.
    const timer = setInterval(refreshState, ADDRESS_CHECK_MS);
    return () => clearInterval(timer);
  }, [refreshState]);

  useEffect(() => {
    setMessages([]);
    if (chatId !== null) refreshMessages();
  }, [chatId, refreshMessages]);

  useEffect(() => {
    if (personId === 0) return;
    setUnread(new Map());
    refreshChats();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gather = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        refreshChats();
        refreshMessages();
      }, GATHER_MS);
    };
    const stop = api.listen(personId, (event) => {
      if (event.kind === "answer") return onAnswer(event.text, event.showAlert);
      if (event.kind === "bot") return refreshState();
      if (event.chatId !== 0 && event.chatId !== openChat.current)
        setUnread((before) => new Map(before).set(event.chatId, (before.get(event.chatId) ?? 0) + 1));
      gather();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [personId, refreshChats, refreshMessages, refreshState, onAnswer]);

  const markRead = useCallback((id: number) => {
    setUnread((before) => {
      const after = new Map(before);
      after.delete(id);
      return after;
    });
  }, []);

  return { state, chats, messages, unread, markRead, refreshState };
}
