/** Words about trackers' own logs: why one cannot be read, and refusals. */
export const trackerLogs = {
  "conversions.no_tracker_log": "The tracker's log is not connected yet.",
  "conversions.tracker_log_unsupported": "Only Keitaro's log can be read for now.",
  "conversions.tracker_address_invalid":
    "There is no address of a tracker in this text. Copy it from the browser: https://tracker.example/admin",
  "conversions.tracker_key_missing": "Enter the API key as well: a stored one is not sent to another address.",
  "conversions.days_invalid": "These days cannot be read. Write them as 2026-03-29, the earlier one first.",

  "conversions.tracker.address_refused":
    "This address cannot be called: nobody knows it, or it lies in a private network. Check it for typing errors.",
  "conversions.tracker.unreachable": "The tracker cannot be reached: its server is off, or the port is closed.",
  "conversions.tracker.certificate":
    "The tracker's certificate is not valid for this address. Renew it, or check the address.",
  "conversions.tracker.timed_out":
    "The tracker did not answer in time. It may be overloaded; we try again by ourselves.",
  "conversions.tracker.not_a_tracker":
    "Something answers at this address, but it is not Keitaro. Copy the address of the panel from the browser.",
  "conversions.tracker.redirected":
    "This address leads elsewhere. Enter the one that the panel opens at, with https:// if it has it.",
  "conversions.tracker.key_refused":
    "The tracker does not accept this key. Create a new one in Keitaro: Maintenance → Users → Admin API keys.",
  "conversions.tracker.no_api": "This edition of Keitaro has no Admin API. It comes with a higher licence.",
  "conversions.tracker.not_allowed":
    "The key's user may not see conversions. Give that user access to reports in Keitaro.",
  "conversions.tracker.blocked":
    "The firewall in front of the tracker (Cloudflare) turns us away. Allow this server's address there.",
  "conversions.tracker.request_refused":
    "The tracker does not understand the question about its log. It may be a very old version.",
  "conversions.tracker.too_large": "The tracker's answer is too large to be read.",
  "conversions.tracker.unreadable": "The tracker answered with something that cannot be read.",
  "conversions.tracker.busy": "The tracker asks us to call less often. We try again by ourselves.",
  "conversions.tracker.failing": "The tracker reports an error of its own. We try again by ourselves.",
  "conversions.tracker.key_unreadable": "The stored key cannot be opened any more. Enter it once again.",
} as const;
