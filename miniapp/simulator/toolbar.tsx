import type { Language, PersonCard, Platform } from "./api.ts";
import type { Palette, PhoneId } from "./themes.ts";
import { PHONES } from "./themes.ts";
import styles from "./toolbar.module.css";
import { LANGUAGE_NAMES, useWords, type Words } from "./words.ts";

export interface Settings {
  personId: number;
  palette: Palette;
  platform: Platform;
  phone: PhoneId;
}

interface Props {
  people: PersonCard[];
  settings: Settings;
  language: Language;
  canReset: boolean;
  /** On a narrow screen only the list of chats has room for the choices. */
  isCollapsed: boolean;
  onChange: (change: Partial<Settings>) => void;
  onLanguage: (language: Language) => void;
  onReset: () => void;
}

/** Who one is, and how their Telegram looks. */
export function Toolbar(props: Props) {
  const { settings, people, language, onChange } = props;
  const words = useWords();
  return (
    <header className={styles.toolbar} data-collapsed={props.isCollapsed}>
      <h1 className={styles.title}>
        <span className={styles.mark} title={words.sandboxHint}>
          {words.sandbox}
        </span>
        <span className={styles.name}>{words.title}</span>
      </h1>
      <div className={styles.choices}>
        <Choice
          label={words.person}
          value={String(settings.personId)}
          options={people.map(({ id, name, role }) => [
            String(id),
            `${name} · ${words[(role ?? "customer") as keyof Words] ?? role}`,
          ])}
          onChange={(value) => onChange({ personId: Number(value) })}
        />
        <Choice
          label={words.language}
          value={language}
          options={Object.entries(LANGUAGE_NAMES)}
          onChange={(value) => props.onLanguage(value as Language)}
        />
        <Choice
          label={words.palette}
          value={settings.palette}
          options={[
            ["light", words.light],
            ["dark", words.dark],
          ]}
          onChange={(value) => onChange({ palette: value as Palette })}
        />
        <Choice
          label={words.platform}
          value={settings.platform}
          options={[
            ["ios", "iOS"],
            ["android", "Android"],
            ["tdesktop", "Desktop"],
          ]}
          onChange={(value) => onChange({ platform: value as Platform })}
        />
        <Choice
          label={words.screen}
          value={settings.phone}
          options={PHONES.map(({ id }) => [id, id.replace("x", "×")])}
          onChange={(value) => onChange({ phone: value as PhoneId })}
        />
        {props.canReset ? (
          <button type="button" className={styles.reset} onClick={props.onReset}>
            {words.reset}
          </button>
        ) : null}
      </div>
    </header>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label className={styles.choice}>
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
