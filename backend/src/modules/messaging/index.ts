/**
 * Messaging: everything we say in Telegram, and the chats we may say it in. Other rooms write messages with `queueDelivery`
 * inside the transaction that owes them; lanes bring them out, one per bot, each leased to one process.
 *
 * What holds: per chat the order is kept and one message is under way at a time; service overtakes alerts, alerts overtake
 * sequences, sequences overtake broadcasts; pace is measured at the moment of sending and a 429 pauses its scope only.
 * Telegram has no idempotency key: when an answer is lost, alerts and service messages are sent once more and may repeat,
 * sequences and broadcasts become `unknown` and wait for a person.
 */
export { cancelDeliveries } from "./actions/cancel-deliveries.ts";
export { type ChangeOf, type NewEdit, queueEdits, queueRemovals } from "./actions/change-sent.ts";
export { deliveriesOf, firstSentOf } from "./actions/deliveries-of.ts";
export { haltLane } from "./actions/halt-lane.ts";
export { hasFilesOf, keepFilesIn, keepFilesOf } from "./actions/keep-files.ts";
export { loseChat } from "./actions/lose-chat.ts";
export { messagingPersonData } from "./actions/person-data.ts";
export { type NewDelivery, queueDeliveries, queueDelivery } from "./actions/queue-delivery.ts";
export {
  type ChatContact,
  type ChatFacts,
  type Membership,
  recordChatFacts,
  recordMembership,
  recordMigration,
  recordTopic,
  registerChat,
} from "./actions/register-chat.ts";
export { resendUnknown } from "./actions/resend-unknown.ts";
export { endTokenPause, resumeLane } from "./actions/resume-lane.ts";
export { filesToBeSent, goneOf, type LanePace, lanePacesOf, privateChatsAt, takeBackQueued } from "./bulk-queries.ts";
export {
  AlbumItem,
  Button,
  ChatContract,
  Content,
  DeliveryContract,
  Fold,
  type LaneStatus,
  Letter,
} from "./contracts.ts";
export { appLink } from "./domain/app-link.ts";
export { checkHtml } from "./domain/check-html.ts";
export { checkLetter, checkMessage, type LetterProblem } from "./domain/check-letter.ts";
export { fitHtml } from "./domain/fit-html.ts";
export { messageFor, type Reader, renderLetter, renderMessage } from "./domain/letter.ts";
export { plainHtml } from "./domain/plain-html.ts";
export { botRefused, chatLost, topicLost } from "./events.ts";
export { tellChatLostJob } from "./jobs.ts";
export { mediaLibrary } from "./media-library.ts";
export { messagingModule } from "./module.ts";
export type { FoldInput, FoldRenderer, FoldRenderers } from "./ports.ts";
export { chatName, presentDelivery } from "./present.ts";
export {
  type ChatRow,
  countPrivateChats,
  type DeliveryWithChat,
  findChatOfBot,
  findOwnChat,
  findOwnChats,
  findPrivateChat,
  findPrivateChatsOf,
  type HaltReason,
  holdOwnChat,
  type LaneNumbers,
  listOwnChats,
  listPrivateChats,
  listTopics,
  readLaneNumbers,
  type Settled,
  settledOf,
} from "./queries.ts";
export { takeTurnAt } from "./turn-queries.ts";
