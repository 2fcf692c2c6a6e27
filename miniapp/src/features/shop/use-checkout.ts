/** A purchase before it is one: what was chosen, what it would cost, and the tap that makes an order of it. */
import { href } from "@miniapp/app/paths.ts";
import { ApiError } from "@miniapp/shared/api-client.ts";
import { useDraft } from "@miniapp/shared/drafts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import { type MainAction, toast, useIsOffline } from "@miniapp/shared/ui/index.ts";
import { useSettled } from "@miniapp/shared/use-settled.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { myOrderQuery, type Price, placeOrder, type Quote, quoteQuery, type Shop, type ShopProduct } from "./api.ts";
import { isNothing, shownPrice } from "./price.ts";

export interface CheckoutForm {
  method: Price["method"] | "";
  currency: string;
  code: string;
  useBalance: boolean;
  email: string;
  hasAgreed: boolean;
}

export interface Checkout {
  form: CheckoutForm;
  change(part: Partial<CheckoutForm>): void;
  /** What it costs as it stands; undefined until it is known. */
  quote: Quote | undefined;
  /** Why there is no price; a problem of the promo code stands apart. */
  error: unknown;
  codeProblem: string | undefined;
  retry(): void;
  needsEmail: boolean;
  /** Why it cannot be paid as it stands; undefined when it can. */
  reason: string | undefined;
  main: MainAction;
}

const looksLikeEmail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

export function useCheckout(product: ShopProduct, shop: Shop, isOpen: boolean): Checkout {
  const t = useT();
  const go = useGo();
  const format = useFormat();
  const queries = useQueryClient();
  const isOffline = useIsOffline();
  const first = shownPrice(product.prices, t.locale);
  const draft = useDraft<CheckoutForm>("checkout", {
    method: product.prices.find(({ currency }) => currency === first?.currency)?.method ?? "",
    currency: first?.currency ?? "",
    code: "",
    useBalance: false,
    email: "",
    hasAgreed: false,
  });
  const form = draft.value;
  // A method that was chosen may have been switched off since.
  const chosen =
    product.prices.find(({ method, currency }) => method === form.method && currency === form.currency) ??
    product.prices[0];
  // The same tap sent twice is one order; another choice is another one.
  const sent = useRef({ body: "", key: "" });
  const typedCode = form.code.trim();
  const code = useSettled(typedCode);
  const asked = {
    productId: product.id,
    method: chosen?.method ?? "balance",
    currency: chosen?.currency ?? "USD",
    ...(code === "" ? {} : { code }),
    useBalance: form.useBalance,
  };
  const query = useQuery({ ...quoteQuery(asked), enabled: isOpen && chosen !== undefined });
  const isCodeWrong = query.error instanceof ApiError && isAboutCode(query.error.code);
  const quote = query.error ? undefined : query.data;
  const needsEmail = shop.needsEmail && chosen?.method === "yookassa" && quote !== undefined && !isNothing(quote.due);

  const place = useMutation({
    mutationFn: placeOrder,
    onSuccess: ({ order, isNew }) => {
      haptics.succeeded();
      if (!isNew) toast(t("app.shop.open_already"));
      queries.setQueryData(myOrderQuery(order.id).queryKey, order);
      draft.clear();
      void queries.invalidateQueries({ queryKey: ["orders"] });
      void queries.invalidateQueries({ queryKey: ["shop"] });
      go(href("myOrder", { orderId: order.id }), { replace: true });
    },
    onError: (error) => {
      haptics.failed();
      toast(sentenceOf(t, error));
      // The price may be another by now, or the stock gone.
      void queries.invalidateQueries({ queryKey: ["shop"] });
    },
  });

  const reason =
    quote === undefined
      ? undefined
      : needsEmail && !looksLikeEmail(form.email)
        ? t("app.shop.email_needed")
        : product.terms !== "" && !form.hasAgreed
          ? t("app.shop.terms_needed")
          : undefined;
  const isSettled = typedCode === code && !query.isPlaceholderData && !query.isFetching;
  const text =
    quote === undefined || chosen === undefined
      ? t("app.shop.pay_now")
      : isNothing(quote.due)
        ? t(isNothing(quote.fromBalance) ? "app.shop.get_free" : "app.shop.pay_from_balance")
        : t("app.shop.pay", { price: format.money(quote.due, quote.currency) });
  return {
    form: { ...form, method: chosen?.method ?? "", currency: chosen?.currency ?? "" },
    change: draft.change,
    quote,
    error: isCodeWrong ? null : query.error,
    codeProblem: isCodeWrong ? sentenceOf(t, query.error) : undefined,
    retry: () => void query.refetch(),
    needsEmail,
    reason,
    main: {
      text,
      isBusy: place.isPending,
      isDisabled: quote === undefined || reason !== undefined || !isSettled || isOffline,
      onClick: () => {
        if (quote === undefined || reason !== undefined) return;
        const body = {
          ...asked,
          due: quote.due,
          hasAgreed: form.hasAgreed,
          ...(needsEmail ? { email: form.email.trim() } : {}),
        };
        const text = JSON.stringify(body);
        if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
        place.mutate({ key: sent.current.key, body });
      },
    },
  };
}

const isAboutCode = (code: string) => code.startsWith("shop.promo_code_");
