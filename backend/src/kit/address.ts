import { BlockList, isIP } from "node:net";

/** `::ffff:10.0.0.1` is how a dual-stack socket spells 10.0.0.1; lists and limits need one spelling. */
export function normaliseAddress(address: string | null | undefined): string | null {
  if (!address) return null;
  const plain = address
    .trim()
    .replace(/^\[|\]$/g, "")
    .replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  const result = mapped?.[1] ?? plain.toLowerCase();
  return isIP(result) ? result : null;
}

/**
 * An address or CIDR network as a list keeps it, in the spelling in which senders are compared; null for anything else. A network
 * of mapped addresses is one of IPv4.
 */
export function normaliseNetwork(text: string): string | null {
  const [address = "", bits, ...rest] = text.trim().split("/");
  const plain = normaliseAddress(address);
  if (plain === null || rest.length > 0 || address.includes("%")) return null;
  if (bits === undefined) return plain;
  const isMapped = isIP(plain) === 4 && address.includes(":");
  const size = /^\d{1,3}$/.test(bits) ? Number(bits) - (isMapped ? 96 : 0) : -1;
  return size >= 0 && size <= (isIP(plain) === 6 ? 128 : 32) ? `${plain}/${size}` : null;
}

/** A set of addresses and CIDR networks. Throws on an entry that is neither: `0177.0.0.1` is refused, not guessed at. */
export function addressList(entries: readonly string[]): { has(address: string): boolean; isEmpty: boolean } {
  const list = new BlockList();
  for (const entry of entries) {
    const [network = "", bits] = entry.trim().split("/");
    const family = isIP(network) === 6 ? "ipv6" : "ipv4";
    if (!isIP(network)) throw new Error(`"${entry}" is not an IP address or network`);
    if (bits === undefined) list.addAddress(network, family);
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === "ipv6" ? 128 : 32))
      list.addSubnet(network, Number(bits), family);
    else throw new Error(`"${entry}" is not an IP address or network`);
  }
  return {
    has: (address) => isIP(address) > 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"),
    isEmpty: entries.length === 0,
  };
}

/**
 * Who really called. The peer counts unless it is one of our proxies; then the right-most hop of X-Forwarded-For that is not a
 * proxy counts. Garbage in the header means null: unknown, and so on no allow-list.
 */
export function senderAddress(
  peer: string | null,
  forwardedFor: string | null,
  proxies: { has(address: string): boolean },
): string | null {
  const direct = normaliseAddress(peer);
  if (!direct || !proxies.has(direct) || forwardedFor === null) return direct;
  const hops = forwardedFor.split(",");
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = normaliseAddress(hops[i]);
    if (!hop) return null;
    if (!proxies.has(hop)) return hop;
  }
  return direct;
}
