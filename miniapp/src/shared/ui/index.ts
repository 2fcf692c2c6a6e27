/** The parts that screens are made of. Light ones come from here; those that weigh something are imported by their own file. */
export { Avatar, Badge, Dot, type Tone } from "./badge.tsx";
export { Button, type ButtonProps, IconButton, Spinner } from "./button.tsx";
export { Empty, type EmptyProps, Failure, OfflineBanner, Progress, Skeleton, useIsOffline } from "./feedback.tsx";
export { Field, type FieldProps, Search, Slider, Switch, Toggle } from "./fields.tsx";
export * from "./icons.tsx";
export { Loading } from "./loading.tsx";
export { ask, PopupHost } from "./popup.tsx";
export { type MainAction, Screen, type ScreenProps } from "./screen.tsx";
export { Fact, Row, type RowProps, Section, type SectionProps } from "./section.tsx";
export { Sheet, SheetBody } from "./sheet.tsx";
export { TabBar, type TabBarItem } from "./tab-bar.tsx";
export { Chips, type Choice, LinkTabs, Tabs } from "./tabs.tsx";
export { ToastHost, toast, useCopy, useUndo } from "./toast.tsx";
