/** Icons: 24 px, drawn with the colour of the text around them, silent for screen readers. */
import type { JSX, ReactNode } from "react";

// biome-ignore-start lint/correctness/noComponentHookFactories: called once for each icon, when the module is loaded
const icon = (children: ReactNode, isMirrored = false) =>
  function Icon({ size = 24 }: { size?: number }): JSX.Element {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        className={isMirrored ? "mirrored" : undefined}
      >
        {children}
      </svg>
    );
  };
// biome-ignore-end lint/correctness/noComponentHookFactories: as above

export const ChevronIcon = icon(<path d="m9.5 6 6 6-6 6" />, true);
export const CheckIcon = icon(<path d="m5 12.5 4.6 4.6L19 7.5" />);
export const CloseIcon = icon(<path d="m6.5 6.5 11 11m0-11-11 11" />);
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.2" />
    <path d="m15.8 15.8 4 4" />
  </>,
);
export const SelectIcon = icon(<path d="m4 7 1.8 1.8L9 5.5M4 16l1.8 1.8L9 14.5M12.5 7.5H20M12.5 16.5H20" />);
export const DownloadIcon = icon(<path d="M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14" />);
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11" height="11" rx="2.5" />
    <path d="M15.5 8.5v-1A2.5 2.5 0 0 0 13 5H7.5A2.5 2.5 0 0 0 5 7.5V13a2.5 2.5 0 0 0 2.5 2.5h1" />
  </>,
);
export const PlusIcon = icon(<path d="M12 5.5v13M5.5 12h13" />);
export const MinusIcon = icon(<path d="M5.5 12h13" />);
export const UpIcon = icon(<path d="M12 19V5.5M6.5 11 12 5.5l5.5 5.5" />);
export const DownIcon = icon(<path d="M12 5v13.5M6.5 13l5.5 5.5 5.5-5.5" />);
export const PinIcon = icon(<path d="M9 4h6l-.8 6 3.3 3.5v1.7H6.5v-1.7L9.8 10zM12 15.2v5" />);
export const UndoIcon = icon(<path d="M9 5 4.5 9.5 9 14M5 9.5h9a5 5 0 0 1 0 10h-3" />, true);
export const RedoIcon = icon(<path d="m15 5 4.5 4.5L15 14M19 9.5h-9a5 5 0 0 0 0 10h3" />, true);
export const TodayIcon = icon(
  <>
    <rect x="4" y="5" width="16" height="15" rx="3.5" />
    <path d="M4 10h16M8.5 3.5v3M15.5 3.5v3M8 14.5l2.4 2.2 4.8-4.2" />
  </>,
);
export const TrafficIcon = icon(<path d="M4 17.5 9 12l3.5 3.5L20 7.5M15 7h5v5" />);
export const ControlIcon = icon(
  <>
    <path d="M4 7.5h7M16.5 7.5H20M4 16.5h3.5M13 16.5h7" />
    <circle cx="13.5" cy="7.5" r="2.6" />
    <circle cx="10" cy="16.5" r="2.6" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx="12" cy="8.5" r="3.8" />
    <path d="M4.8 19.5c.9-3.4 3.7-5.3 7.2-5.3s6.3 1.9 7.2 5.3" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="9" r="3.3" />
    <path d="M3 18.8c.7-2.9 3-4.6 6-4.6s5.3 1.7 6 4.6M15.6 6a3.2 3.2 0 0 1 0 6.1M17.6 14.6c1.9.6 3 2 3.5 4.2" />
  </>,
);
export const ChatIcon = icon(
  <path d="M5.5 18.8 4 20.5V7.8A3.3 3.3 0 0 1 7.3 4.5h9.4A3.3 3.3 0 0 1 20 7.8v7.7a3.3 3.3 0 0 1-3.3 3.3z" />,
);
export const ChannelIcon = icon(
  <path d="M4.5 10v4.2h2.8L16 18.5v-13L7.3 10zM7.8 14.4l1 5h2.4l-1-4M18.7 10a3 3 0 0 1 0 4.2" />,
);
export const BotIcon = icon(
  <>
    <rect x="4.5" y="8.5" width="15" height="11" rx="3.2" />
    <path d="M12 8.5V5M9 13v1.6M15 13v1.6M2.8 13v2.5M21.2 13v2.5" />
    <circle cx="12" cy="4" r="1" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="8.2" cy="15.6" r="3.7" />
    <path d="m10.9 12.9 8-8M15.8 8l2.6 2.6M13.4 10.4l1.7 1.7" />
  </>,
);
export const PlugIcon = icon(<path d="M8.5 3.8v4M15.5 3.8v4M6 7.8h12v3.7a6 6 0 0 1-12 0zM12 17.5v3" />);
export const InboxIcon = icon(
  <path d="M4 13.5 6.6 6A2.2 2.2 0 0 1 8.7 4.5h6.6A2.2 2.2 0 0 1 17.4 6l2.6 7.5v3.8a2.2 2.2 0 0 1-2.2 2.2H6.2A2.2 2.2 0 0 1 4 17.3zM4 13.5h4.5l1.4 2.3h4.2l1.4-2.3H20" />,
);
export const SendIcon = icon(<path d="M20.5 4 3.8 10.8l6.3 2.8L20.5 4Zm0 0-4.8 16.2-5.6-6.6" />, true);
export const HistoryIcon = icon(<path d="M4.5 5v4.5H9M4.8 9.2A8 8 0 1 1 4 13M12 8.5V13l3 1.8" />);
export const GearIcon = icon(
  <>
    <circle cx="12" cy="12" r="3" />
    <path d="m12 3.5 1.6 2.6 3-.5.6 3 2.8 1.3L18.7 12l1.3 2.1-2.8 1.3-.6 3-3-.5-1.6 2.6-1.6-2.6-3 .5-.6-3L4 14.1 5.3 12 4 9.9l2.8-1.3.6-3 3 .5z" />
  </>,
);
export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.2" />
    <path d="M3.8 12h16.4M12 3.8c2.4 2.2 3.6 5 3.6 8.2s-1.2 6-3.6 8.2c-2.4-2.2-3.6-5-3.6-8.2s1.2-6 3.6-8.2Z" />
  </>,
);
export const PulseIcon = icon(<path d="M3 12.5h4l2.4-6 4.4 11.5 2.5-5.5H21" />);
export const WarningIcon = icon(<path d="M12 4.2 21 19.5H3zM12 10v4.2M12 16.9v.1" />);
export const OfflineIcon = icon(
  <path d="M4 4.5 20 20M8.4 13.9a5.4 5.4 0 0 1 5.2-1.3M5 10.2a10 10 0 0 1 3.4-2.1M12.4 7a10.4 10.4 0 0 1 6.6 3.2M12 17.6v.1" />,
);
export const PauseIcon = icon(<path d="M9 6v12M15 6v12" />);
export const PlayIcon = icon(<path d="M8 5.5 18.5 12 8 18.5z" />, true);
export const ReplayIcon = icon(<path d="M19.5 5v4.5H15M19.2 9.2A8 8 0 1 0 20 13" />);
export const TrashIcon = icon(<path d="M5 7h14M10 7V4.8h4V7M7 7l.8 12.2h8.4L17 7M10.4 10.5v5.2M13.6 10.5v5.2" />);
export const EyeIcon = icon(
  <>
    <path d="M3 12c2-3.9 5.2-6 9-6s7 2.1 9 6c-2 3.9-5.2 6-9 6s-7-2.1-9-6Z" />
    <circle cx="12" cy="12" r="2.7" />
  </>,
);
export const GripIcon = icon(<path d="M5 9.5h14M5 14.5h14" />);
export const LinkIcon = icon(
  <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 1 0 13 5.3l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 1 0 11 18.7l1.2-1.2" />,
);
export const BoltIcon = icon(<path d="M13 3.5 5.5 13.5H12l-1 7 7.5-10H12z" />);
export const FlaskIcon = icon(
  <path d="M9 4h6M10 4v5.5L5 18a1.6 1.6 0 0 0 1.4 2.4h11.2A1.6 1.6 0 0 0 19 18l-5-8.5V4M7.6 15h8.8" />,
);
export const RouteIcon = icon(
  <path d="M4 6.5h6.5l4 11H20M10.5 6.5H20M17.5 4 20 6.5 17.5 9M17.5 15l2.5 2.5-2.5 2.5" />,
  true,
);
export const ClockIcon = icon(<path d="M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 8v4.3l2.8 1.7" />);
export const FilterIcon = icon(<path d="M4.5 7h15M7.5 12h9M10.5 17h3" />);
export const WalletIcon = icon(
  <>
    <rect x="3.5" y="6.5" width="17" height="12.5" rx="3" />
    <path d="M3.5 10.5h17M15.5 14.8h1.6" />
  </>,
);
/** A bag: what is sold and bought. */
export const SalesIcon = icon(
  <>
    <path d="M6 8.5h12l1 9.3a2 2 0 0 1-2 2.2H7a2 2 0 0 1-2-2.2z" />
    <path d="M8.7 11V7.3a3.3 3.3 0 0 1 6.6 0V11" />
  </>,
);
export const StarOffIcon = icon(<path d="M12 4.2l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4-3.9-3.8 5.4-.8z" />);
export const StarIcon = icon(
  <path fill="currentColor" d="M12 4.2l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4-3.9-3.8 5.4-.8z" />,
);
