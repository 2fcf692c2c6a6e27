import { type FormEvent, useState } from "react";
import { api, type PostbackAnswer } from "./api.ts";
import styles from "./postback-panel.module.css";
import {
  curlOf,
  encodeQuery,
  encodingOf,
  newClick,
  type Parameter,
  SAMPLES,
  type SampleId,
  sampleParameters,
} from "./postbacks.ts";
import { fill, useWords } from "./words.ts";

interface Row extends Parameter {
  id: number;
}

let rowId = 0;
const rowsOf = (parameters: Parameter[]): Row[] => parameters.map((parameter) => ({ ...parameter, id: ++rowId }));

/** Composes a tracker's call, fires it, and shows the answer and the same call for a terminal. */
export function PostbackPanel({ address, onCopy }: { address: string | null; onCopy: (text: string) => void }) {
  const words = useWords();
  const [click, setClick] = useState(newClick);
  const [sample, setSample] = useState<SampleId>("registration");
  const [method, setMethod] = useState<"GET" | "POST">("GET");
  const [rows, setRows] = useState<Row[]>(() => rowsOf(sampleParameters("registration", click)));
  const [answer, setAnswer] = useState<PostbackAnswer | null>(null);
  const [failure, setFailure] = useState("");
  const [isFiring, setIsFiring] = useState(false);

  if (address === null) return <p className={styles.none}>{words.noConnection}</p>;
  const call = { method, query: encodeQuery(rows, encodingOf(sample)) };
  const curl = curlOf(address, call);

  function choose(next: SampleId, from = click) {
    setSample(next);
    setRows(rowsOf(sampleParameters(next, from)));
    setAnswer(null);
  }

  function startOver() {
    const fresh = newClick();
    setClick(fresh);
    choose(sample, fresh);
  }

  async function fire(event: FormEvent) {
    event.preventDefault();
    setIsFiring(true);
    setFailure("");
    try {
      setAnswer(await api.firePostback(call));
    } catch (cause) {
      setFailure(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setIsFiring(false);
    }
  }

  return (
    <form className={styles.panel} onSubmit={(event) => void fire(event)}>
      <div className={styles.choices}>
        <label className={styles.field}>
          <span>{words.sample}</span>
          <select value={sample} onChange={(event) => choose(event.target.value as SampleId)}>
            {SAMPLES.map((id) => (
              <option key={id} value={id}>
                {words[id]}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.field}>
          <span>{words.method}</span>
          <select value={method} onChange={(event) => setMethod(event.target.value as "GET" | "POST")}>
            <option>GET</option>
            <option>POST</option>
          </select>
        </label>
        <button type="button" className={styles.plain} onClick={startOver}>
          {words.newClick}
        </button>
      </div>
      <ParameterRows rows={rows} onChange={setRows} />
      <button type="submit" className={styles.fire} disabled={isFiring}>
        {words.fire}
      </button>
      <div role="status" className={styles.status}>
        {answer ? (
          <p data-good={answer.status < 300}>
            {words.answer}: <strong>{answer.status}</strong> {answer.body.slice(0, 300)} · {answer.tookMs} ms
          </p>
        ) : null}
        {failure ? <p data-good="false">{fill(words.failed, { reason: failure })}</p> : null}
      </div>
      <div className={styles.curl}>
        <p>{words.curl}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <pre tabIndex={0}>{curl}</pre>
        <button type="button" className={styles.plain} onClick={() => onCopy(curl)}>
          {words.copy}
        </button>
      </div>
    </form>
  );
}

function ParameterRows({ rows, onChange }: { rows: Row[]; onChange: (rows: Row[]) => void }) {
  const words = useWords();
  const edit = (id: number, change: Partial<Parameter>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  return (
    <fieldset className={styles.rows}>
      <legend>{words.parameters}</legend>
      {rows.map((row) => (
        <div key={row.id} className={styles.row}>
          <input
            aria-label={words.name}
            value={row.name}
            onChange={(event) => edit(row.id, { name: event.target.value })}
            spellCheck={false}
            autoComplete="off"
          />
          <input
            aria-label={`${words.value}: ${row.name}`}
            value={row.value}
            onChange={(event) => edit(row.id, { value: event.target.value })}
            spellCheck={false}
            autoComplete="off"
          />
          <button
            type="button"
            aria-label={`${words.removeParameter}: ${row.name}`}
            onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        className={styles.plain}
        onClick={() => onChange([...rows, ...rowsOf([{ name: "", value: "" }])])}
      >
        {words.addParameter}
      </button>
    </fieldset>
  );
}
