/**
 * A transaction whose connection is lost ends, and nothing more is said in it. postgres.js 3.4.9 would go on: the rollback after the loss,
 * and whatever the work asks then, are put to the connection that has taken the lost one's place. They wait there for an answer that never
 * comes, those behind them get each other's answers, or they run in somebody else's transaction (porsager/postgres issues 1186 and 1216).
 */
import type postgres from "postgres";

type Client = postgres.Sql & postgres.TransactionSql;
type Work = (client: Client) => unknown;

/** What postgres.js and sockets say when there is no connection any more; a refusal of the server itself leaves it open. */
const lostCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);

interface Life {
  /** Why nothing more may be said in the transaction; null while it lasts. */
  ended: unknown;
  /** Rejects once the connection is lost; never resolves. */
  lost: Promise<never>;
  note(error: unknown): void;
}

function beginLife(): Life {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const life: Life = {
    ended: null,
    lost: promise,
    note(error) {
      if (!lostCodes.has((error as { code?: string } | null)?.code ?? "")) return;
      life.ended ??= error;
      reject(error);
    },
  };
  return life;
}

/** Hears of the failure of a statement before whoever asked, without asking for it: a `Query` runs when its own `then` is called. */
function observe<T>(asked: T, life: Life): T {
  if (asked instanceof Promise) Promise.prototype.then.call(asked, undefined, life.note);
  return asked;
}

/** The work of a transaction. postgres.js commits or rolls back when it settles: once the connection is lost it does not. */
const whileItLasts = (work: Work, life: Life) => async (client: Client) => {
  try {
    return await work(ofLife(client, life));
  } finally {
    if (life.ended !== null) await new Promise<never>(() => {});
  }
};

const assertLasting = (life: Life) => {
  if (life.ended !== null) throw life.ended;
};

/** The client of one transaction. */
const ofLife = (client: Client, life: Life): Client =>
  new Proxy(client, {
    apply(target, self, args) {
      assertLasting(life);
      return observe(Reflect.apply(target, self, args), life);
    },
    get(target, name, receiver) {
      if (name === "unsafe")
        return (...args: Parameters<Client["unsafe"]>) => {
          assertLasting(life);
          return observe(target.unsafe(...args), life);
        };
      if (name === "savepoint")
        return (...args: unknown[]) => {
          assertLasting(life);
          return savepoint(target, args, life);
        };
      return Reflect.get(target, name, receiver);
    },
  });

/** What its work throws may be of another connection, to whomever; what the savepoint itself says is of this one. */
function savepoint(client: Client, args: unknown[], life: Life): Promise<unknown> {
  let ofWork: unknown = null;
  const noting = (work: Work) => async (inner: Client) => {
    try {
      return await work(inner);
    } catch (error) {
      ofWork = error;
      throw error;
    }
  };
  const inner = callWith(client.savepoint, args, (work) => whileItLasts(noting(work), life));
  inner.catch((error: unknown) => {
    if (error !== ofWork) life.note(error);
  });
  return Promise.race([inner, life.lost]);
}

/** `begin` and `savepoint` take a name or options before the work. */
function callWith(call: unknown, args: unknown[], wrap: (work: Work) => Work): Promise<unknown> {
  const wrapped = args.map((arg) => (typeof arg === "function" ? wrap(arg as Work) : arg));
  return (call as (...args: unknown[]) => Promise<unknown>)(...wrapped);
}

/** A pool whose transactions end with their connections. What fails so carries the code of the loss, as postgres.js gives it. */
export function endingWithConnections(pool: postgres.Sql): postgres.Sql {
  return new Proxy(pool, {
    get(target, name, receiver) {
      if (name !== "begin") return Reflect.get(target, name, receiver);
      return (...args: unknown[]) => {
        const life = beginLife();
        const running = callWith(target.begin, args, (work) => whileItLasts(work, life));
        // Rolled back or lost, the connection may be somebody else's by now.
        running.catch((error: unknown) => {
          life.ended ??= error;
        });
        return Promise.race([running, life.lost]);
      };
    },
  });
}
