/** Answers that are believed for a moment, so that a flood of callers asks the database once. */

/**
 * Asks at most once in `forMs` for each key; who asks meanwhile shares the question. A question that failed is nobody's answer. Held in
 * this process: a change takes effect everywhere within `forMs`. All is forgotten when there are `atMost` keys.
 */
export function rememberAnswers<Answer>(
  ask: (key: string) => Promise<Answer>,
  { forMs, atMost }: { forMs: number; atMost: number },
): (key: string) => Promise<Answer> {
  const remembered = new Map<string, { until: number; answer: Promise<Answer> }>();
  return (key) => {
    const known = remembered.get(key);
    if (known && known.until > performance.now()) return known.answer;
    if (remembered.size >= atMost) remembered.clear();
    const asked = { until: Number.POSITIVE_INFINITY, answer: ask(key) };
    remembered.set(key, asked);
    asked.answer.then(
      () => {
        // From when it was answered: a slow database is not asked the same again and again.
        asked.until = performance.now() + forMs;
      },
      () => {
        if (remembered.get(key) === asked) remembered.delete(key);
      },
    );
    return asked.answer;
  };
}
